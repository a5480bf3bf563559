import { describe, expect, it } from 'vitest'
import { Resizer } from './resizer.ts'
import type { Sample } from './resizer.ts'

const plan = { min: 10, max: 30, targetWaitMs: 10 }

/** A period in which all were in use and callers waited for 50 ms each. */
const short = (limit: number, granted = 1_000): Sample => ({
  limit,
  peak: limit,
  granted,
  waitedMs: granted * 50,
  exhausted: 0,
})

const quiet = (limit: number): Sample => ({ limit, peak: 1, granted: 10, waitedMs: 0, exhausted: 0 })

describe('a pool that resizes itself', () => {
  it('grows by a quarter while callers wait and growth lets more of them through', () => {
    const resizer = new Resizer(plan)
    const limits = [10]
    for (let granted = 1_000; limits.at(-1)! < 30; granted *= 1.2)
      limits.push(resizer.next(short(limits.at(-1)!, granted)))
    expect(limits).toEqual([10, 13, 17, 22, 28, 30])
    expect(resizer.next(short(30, 10_000))).toBe(30)
  })

  it('takes back growth that helped nobody, and does not try again for a while', () => {
    const resizer = new Resizer(plan)
    expect(resizer.next(short(10, 1_000))).toBe(13)
    expect(resizer.next(short(13, 1_000))).toBe(10)
    for (let period = 0; period < 9; period += 1) expect(resizer.next(short(10, 1_000))).toBe(10)
    expect(resizer.next(short(10, 1_000))).toBe(13)
  })

  it('grows for callers that got nothing, however few waited', () => {
    expect(new Resizer(plan).next({ limit: 10, peak: 10, granted: 0, waitedMs: 0, exhausted: 1 })).toBe(13)
  })

  it('does not grow while connections are free, whatever callers waited for', () => {
    expect(new Resizer(plan).next({ ...short(10), peak: 9 })).toBe(10)
  })

  it('shrinks after three quiet periods, and not below where it began', () => {
    const resizer = new Resizer(plan)
    expect([20, 20, 20].map((limit) => resizer.next(quiet(limit)))).toEqual([20, 20, 15])
    expect([15, 15, 15].map((limit) => resizer.next(quiet(limit)))).toEqual([15, 15, 11])
    expect([11, 11, 11].map((limit) => resizer.next(quiet(limit)))).toEqual([11, 11, 10])
  })
})
