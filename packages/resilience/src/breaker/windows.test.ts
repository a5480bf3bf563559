import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CountWindow } from './countWindow.ts'
import { TimeWindow } from './timeWindow.ts'

interface One {
  readonly isFailure: boolean
  readonly isSlow: boolean
}

const tally = (calls: readonly One[]) => ({
  calls: calls.length,
  failures: calls.filter(({ isFailure }) => isFailure).length,
  slowCalls: calls.filter(({ isSlow }) => isSlow).length,
})

const seen = ({ calls, failures, slowCalls }: CountWindow | TimeWindow) => ({ calls, failures, slowCalls })

const one = fc.record({ isFailure: fc.boolean(), isSlow: fc.boolean() })

describe('a window of calls', () => {
  it('holds exactly the last calls', () => {
    const property = fc.property(fc.array(one, { maxLength: 100 }), fc.integer({ min: 1, max: 20 }), (calls, size) => {
      const window = new CountWindow(size)
      for (const [index, { isFailure, isSlow }] of calls.entries()) {
        window.record(isFailure, isSlow)
        expect(seen(window)).toEqual(tally(calls.slice(0, index + 1).slice(-size)))
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('forgets nothing with time', () => {
    const window = new CountWindow(2)
    window.record(true, false)
    window.moveTo()
    expect(seen(window)).toEqual({ calls: 1, failures: 1, slowCalls: 0 })
  })
})

describe('a window of seconds', () => {
  it('holds exactly the calls of the present second and those before it', () => {
    const timed = fc.record({
      isFailure: fc.boolean(),
      isSlow: fc.boolean(),
      afterMs: fc.integer({ min: 0, max: 4000 }),
    })
    const property = fc.property(
      fc.array(timed, { maxLength: 100 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 5000 }),
      (calls, size, start) => {
        const window = new TimeWindow(size)
        const known: Array<One & { readonly second: number }> = []
        let now = start
        for (const { isFailure, isSlow, afterMs } of calls) {
          now += afterMs
          const second = Math.floor(now / 1000)
          const inside = () => known.filter((call) => call.second > second - size)
          window.moveTo(now)
          expect(seen(window)).toEqual(tally(inside()))
          window.record(isFailure, isSlow, now)
          known.push({ isFailure, isSlow, second })
          expect(seen(window)).toEqual(tally(inside()))
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  it('is empty after a long silence', () => {
    const window = new TimeWindow(10)
    window.record(true, true, 1_800_000_000_000)
    window.moveTo(1_800_000_009_999)
    expect(seen(window)).toEqual({ calls: 1, failures: 1, slowCalls: 1 })
    window.moveTo(1_800_000_010_000)
    expect(seen(window)).toEqual({ calls: 0, failures: 0, slowCalls: 0 })
  })

  it('takes a clock that goes back as standing still', () => {
    const window = new TimeWindow(2)
    window.record(true, false, 9000)
    window.record(true, false, 1000)
    expect(seen(window)).toEqual({ calls: 2, failures: 2, slowCalls: 0 })
    window.moveTo(11_000)
    expect(seen(window)).toEqual({ calls: 0, failures: 0, slowCalls: 0 })
  })
})
