import { describe, expect, it } from 'vitest'
import type { End, Recorded } from './call.ts'
import { measure, percentile } from './measure.ts'
import type { Scenario } from './scenario.ts'
import { steady } from './scenarios.ts'

const call = (arrivedAt: number, end: End, tookMs: number, more: Partial<Recorded> = {}): Recorded => ({
  tool: 'search',
  priority: 'normal',
  principal: undefined,
  attempt: 0,
  arrivedAt,
  end,
  endedAt: arrivedAt + tookMs,
  ends: 1,
  begun: end === 'refused' ? 0 : 1,
  work: end === 'refused' ? undefined : { doneMs: 10, stop: () => {} },
  ...more,
})
const scenario: Scenario = { ...steady(1), fromS: 1, untilS: 3 }

describe('what is measured', () => {
  it('counts the calls that arrive while it counts', () => {
    const calls = [
      call(999, 'served', 5),
      call(1000, 'served', 20),
      call(1500, 'served', 40, { tool: 'report', priority: 'critical' }),
      call(2000, 'refused', 3),
      call(2999, 'gaveUp', 250),
      call(3000, 'served', 5),
    ]
    const measures = measure({ calls, limits: [] }, scenario)
    expect(measures).toMatchObject({ goodput: 1, p50Ms: 20, p99Ms: 40, shedRatio: 0.5, refusedRatio: 0.25 })
    expect(measures.refusalP99Ms).toBe(3)
    expect(measures.wastedRatio).toBeCloseTo(1 / 3)
    expect(measures.served).toMatchObject({ critical: 1, normal: 1 / 3, search: 1 / 3, report: 1 })
    expect(measures.toolShare).toEqual({ search: 0.5, report: 0.5 })
  })

  it('takes the median limit of the time that counts', () => {
    const limits = [...Array<number>(10).fill(99), ...Array<number>(11).fill(7), ...Array<number>(9).fill(8), 99]
    expect(measure({ calls: [], limits }, scenario).limit).toBe(7)
    expect(measure({ calls: [], limits: [] }, scenario).limit).toBeNaN()
  })

  it('calls it recovered where first tries are answered in two seconds from then on', () => {
    const lasting: Scenario = { ...scenario, fromS: 0, untilS: 5 }
    const at = (badUntil: number) =>
      Array.from({ length: 100 }, (_, index) => index * 50).map((ms) =>
        call(ms, ms < badUntil ? 'refused' : 'served', 1),
      )
    const recovery = (calls: readonly Recorded[]) => measure({ calls, limits: [] }, lasting).recoveryS
    expect(recovery(at(0))).toBe(0)
    expect(recovery(at(1100))).toBe(1.25)
    expect(recovery(at(1040))).toBe(1)
    expect(recovery(at(4000))).toBe(Infinity)
    const again = call(2000, 'refused', 1, { attempt: 1 })
    expect(recovery([...at(0), again])).toBe(0)
  })

  it('takes percentiles as the smallest value that enough do not exceed', () => {
    expect(percentile([3, 1, 2, 4], 0.5)).toBe(2)
    expect(percentile([3, 1, 2, 4], 0.99)).toBe(4)
    expect(percentile([], 0.5)).toBeNaN()
  })
})
