import { describe, expect, it } from 'vitest'
import type { Case, Group } from './case.ts'
import { hasCrashed, meets, rowsOf } from './row.ts'
import type { Measured } from './row.ts'

const setup: Case['setup'] = () => Promise.reject(new Error('not run here'))

const group: Group = {
  name: 'chain',
  module: '',
  cases: [
    { name: 'bare', setup },
    { name: 'chained', base: 'bare', bar: 3, note: 'five of them', setup },
    { name: 'slow', base: 'bare', unit: 'ms', bar: 0.001, setup },
  ],
  comparisons: [
    { name: 'a chain adds', of: 'chained', with: 'bare', as: 'added', bar: 1 },
    { name: 'bare is cheaper', of: 'bare', with: 'chained', as: 'cheaper', bar: 2 },
  ],
}

const rowsFor = (measured: Record<string, Measured>) =>
  Object.fromEntries(rowsOf(group, new Map(Object.entries(measured))).map((row) => [row.name, row]))

describe('rowsOf', () => {
  it('gives medians in the unit of the case, as a multiple of the base, and holds them against the bar', () => {
    const rows = rowsFor({
      bare: { rounds: [1000, 9000, 2000] },
      chained: { rounds: [4000] },
      slow: { rounds: [4000] },
    })
    expect(rows['bare']).toMatchObject({ group: 'chain', median: 2, unit: 'µs', ratioToBase: 1 })
    expect(rows['bare']).not.toHaveProperty('bar')
    expect(rows['bare']).not.toHaveProperty('ok')
    expect(rows['chained']).toMatchObject({ median: 4, ratioToBase: 2, bar: 3, ok: false, note: 'five of them' })
    expect(rows['slow']).toMatchObject({ median: 0.004, unit: 'ms', ratioToBase: 2, bar: 0.001, ok: false })
  })

  it('works out what is added and how many times cheaper something is', () => {
    const rows = rowsFor({ bare: { rounds: [2000] }, chained: { rounds: [3000] } })
    expect(rows['a chain adds']).toEqual({
      group: 'chain',
      name: 'a chain adds',
      median: 1,
      unit: 'µs',
      ratioToBase: null,
      bar: 1,
      ok: true,
    })
    expect(rows['bare is cheaper']).toMatchObject({ median: 1.5, unit: 'x', ratioToBase: null, bar: 2, ok: false })
  })

  it('takes the noise of a difference round for round: what disturbs both is none', () => {
    const rows = rowsFor({ bare: { rounds: [1000, 2000, 3000] }, chained: { rounds: [1500, 2500, 3500] } })
    expect(rows['bare']?.noise).toBeGreaterThan(0)
    expect(rows['a chain adds']).toMatchObject({ median: 0.5, noise: 0 })
  })

  it('says in a row why it is empty, also in what depends on it', () => {
    const rows = rowsFor({ bare: { rounds: [1000] }, chained: { unavailable: 'no such library' } })
    const empty = { median: null, ratioToBase: null, note: 'not run: no such library' }
    expect(rows['chained']).toMatchObject({ ...empty, bar: 3 })
    expect(rows['chained']).not.toHaveProperty('ok')
    expect(rows['a chain adds']).toMatchObject(empty)
  })

  it('tells what broke from what this machine lacks', () => {
    const rows = rowsFor({ bare: { crashed: 'exit 1' }, chained: { unavailable: 'no such library' } })
    expect(rows['bare']).toMatchObject({ note: 'crashed: exit 1' })
    expect(Object.values(rows).map((row) => [row.name, hasCrashed(row)])).toEqual([
      ['bare', true],
      ['chained', false],
      ['a chain adds', false],
      ['bare is cheaper', true],
    ])
  })

  it('leaves out what was not asked for', () => {
    expect(Object.keys(rowsFor({ bare: { rounds: [1000] } }))).toEqual(['bare'])
  })
})

describe('meets', () => {
  it('takes a bar as the most, and as the least where times are counted', () => {
    expect(meets(5, 'µs', 5)).toBe(true)
    expect(meets(5.01, 'µs', 5)).toBe(false)
    expect(meets(10, 'x', 10)).toBe(true)
    expect(meets(9.99, 'x', 10)).toBe(false)
  })
})
