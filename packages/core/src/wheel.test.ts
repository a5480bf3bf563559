import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Timer } from './timer.ts'
import { manualSource } from './fixtures/manualSource.ts'
import { WatchedWheel } from './fixtures/watchedWheel.ts'
import type { Reaction } from './fixtures/watchedWheel.ts'
import { wheel } from './wheel.ts'

const day = 24 * 60 * 60 * 1000

/** When a timer of `delayMs` runs, on a wheel of its own whose time begins at `start`. */
const runsAfter = (delayMs: number, start = 0): number => {
  const source = manualSource(start)
  let ranAt = Number.NaN
  wheel(source).after(delayMs, () => (ranAt = source.now()))
  source.advance(400 * day)
  return ranAt - start
}

describe('a timer', () => {
  it.each([
    [0, 0],
    [1, 1],
    [1.25, 2],
    [64, 64],
    [65, 72],
    [500, 504],
    [512, 512],
    [5000, 5120],
    [30_000, 30_208],
    [-5, 0],
    [Number.NaN, 0],
  ])('of %d ms runs after %d', (delayMs, expected) => {
    expect(runsAfter(delayMs)).toBe(expected)
  })

  it.each([0.001, 63.9, 64.1, 511, 4096.5, 60_000, 3_600_000, day, 12 * day, 13 * day, 25 * day, 2 ** 31, 100 * day])(
    'of %d ms is never early and at most an eighth late, whatever the time is',
    (delayMs) => {
      for (const start of [0, 0.7, 63, 64.5, 1_000_003, 1.7e12 + 0.3]) {
        const ranAfter = runsAfter(delayMs, start)
        expect(ranAfter).toBeGreaterThanOrEqual(delayMs)
        expect(ranAfter).toBeLessThanOrEqual(delayMs + Math.max(1, delayMs / 8) + 1)
      }
    },
  )

  it('of Infinity ms never runs, and can be cancelled', () => {
    const source = manualSource()
    const timers = wheel(source)
    const run = vi.fn<() => void>()
    const timer = timers.after(Infinity, run)
    source.advance(1000 * day)
    expect(run).not.toHaveBeenCalled()
    expect(timers.size).toBe(1)
    timer.cancel()
    expect(timers.size).toBe(0)
    source.advance(20 * day)
    expect(source.armedAt).toBeUndefined()
  })

  it('does nothing when it is cancelled twice, or after it has run', () => {
    const source = manualSource()
    const timers = wheel(source)
    const [first, second] = [timers.after(5, () => {}), timers.after(10, () => {})]
    first.cancel()
    first.cancel()
    expect(timers.size).toBe(1)
    source.advance(10)
    second.cancel()
    expect(timers.size).toBe(0)
  })

  it('may cancel itself while it runs', () => {
    const source = manualSource()
    const timers = wheel(source)
    const own: Timer = timers.after(5, () => own.cancel())
    source.advance(5)
    expect(timers.size).toBe(0)
  })
})

describe('timers that are due together', () => {
  it('run in the order of their times, and of their making where times are equal', () => {
    const source = manualSource()
    const timers = wheel(source)
    const seen: string[] = []
    timers.after(500.4, () => seen.push('d'))
    timers.after(500.2, () => seen.push('b'))
    timers.after(500.2, () => seen.push('c'))
    source.advance(450)
    timers.after(50.2, () => seen.push('b2'))
    timers.after(50.1, () => seen.push('a'))
    source.block(100)
    source.advance(0)
    expect(seen.join(' ')).toBe('a b c b2 d')
  })

  it('do not run when an earlier one cancels them', () => {
    const source = manualSource()
    const timers = wheel(source)
    const run = vi.fn<() => void>()
    const later: Timer[] = []
    timers.after(5, () => later.forEach((timer) => timer.cancel()))
    later.push(timers.after(5, run), timers.after(5.5, run))
    source.block(10)
    source.advance(0)
    expect(run).not.toHaveBeenCalled()
    expect(timers.size).toBe(0)
  })

  it('run in a later turn when one of them adds them, so that none can starve the process', () => {
    const source = manualSource()
    const timers = wheel(source)
    let runs = 0
    const again = () => {
      runs += 1
      timers.after(0, again)
    }
    timers.after(0, again)
    source.block(0.5)
    for (let turn = 1; turn <= 3; turn += 1) {
      source.advance(0)
      expect(runs).toBe(turn)
      source.block(1)
    }
  })
})

describe('a wheel', () => {
  afterEach(() => vi.restoreAllMocks())

  it('arms the world’s timer once for any number of later timers, and anew for an earlier one', () => {
    const source = manualSource()
    const timers = wheel(source)
    for (let n = 0; n < 100; n += 1) timers.after(1000 + n * 100, () => {})
    expect([source.arms, source.armedAt]).toEqual([1, 1024])
    timers.after(10, () => {})
    expect([source.arms, source.armedAt]).toEqual([2, 10])
  })

  it('leaves the world’s timer alone when a timer is cancelled', () => {
    const source = manualSource()
    const timers = wheel(source)
    timers.after(1000, () => {}).cancel()
    for (let n = 0; n < 100; n += 1) timers.after(1000, () => {}).cancel()
    expect([source.arms, source.armedAt, timers.size]).toEqual([1, 1024, 0])
    source.advance(1024)
    expect([source.arms, source.armedAt]).toEqual([1, undefined])
  })

  it('arms once for all that is added in a turn', () => {
    const source = manualSource()
    const timers = wheel(source)
    timers.after(5, () => {
      for (let n = 60; n > 0; n -= 1) timers.after(n, () => {})
    })
    source.advance(5)
    expect([source.arms, source.armedAt]).toEqual([2, 6])
  })

  it('does not lose a timer under newer ones of the next round when the process was blocked', () => {
    const source = manualSource()
    const timers = wheel(source)
    const seen: string[] = []
    timers.after(9, () => source.block(100))
    timers.after(10, () => seen.push('old'))
    source.advance(9)
    for (let n = 0; n < 66; n += 1) timers.after(n, () => seen.push('new'))
    source.advance(1)
    expect(seen[0]).toBe('old')
    source.advance(200)
    expect(seen).toHaveLength(67)
  })

  it('goes on when a timer throws, and leaves the error to the process', () => {
    const later: Array<() => void> = []
    vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => void later.push(run))
    const source = manualSource()
    const timers = wheel(source)
    const error = new Error('faulty timer')
    const run = vi.fn<() => void>()
    timers.after(5, () => {
      throw error
    })
    timers.after(5, run)
    timers.after(50, run)
    source.advance(100)
    expect(run).toHaveBeenCalledTimes(2)
    expect(timers.size).toBe(0)
    expect(later).toHaveLength(1)
    expect(later[0]).toThrow(error)
  })
})

describe('any course of events', () => {
  const delayMs = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 150 }) },
    { weight: 3, arbitrary: fc.double({ min: 0, max: 1000, noNaN: true }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * day }) },
    { weight: 1, arbitrary: fc.constantFrom(-1, Number.NaN, Infinity, 2 ** 31 - 1, 2 ** 31, 64, 512, 4096) },
  )
  const which = fc.nat({ max: 60 })
  const ms = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.double({ min: 0, max: 20_000, noNaN: true }))
  const add = fc.record({ type: fc.constant('add' as const), delayMs })
  const cancel = fc.record({ type: fc.constant('cancel' as const), which })
  const block = fc.record({ type: fc.constant('block' as const), ms })
  const advance = fc.record({
    type: fc.constant('advance' as const),
    ms: fc.oneof({ weight: 3, arbitrary: ms }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 * day }) }),
    earlyMs: fc.constantFrom(0, 0.9),
  })
  const reactions: fc.Arbitrary<Reaction[]> = fc.array(fc.oneof(add, cancel, block), { maxLength: 3 })
  const event = fc.oneof(fc.tuple(add, reactions), fc.tuple(fc.oneof(cancel, block, advance)))

  it('runs every timer that is not cancelled once, in time and in order, and no other', () => {
    const course = fc.array(event, { maxLength: 60, size: 'max' })
    const play = (
      start: number,
      events: ReadonlyArray<typeof event extends fc.Arbitrary<infer Event> ? Event : never>,
    ) => {
      const watched = new WatchedWheel(start)
      for (const [one, onRun] of events) {
        if (one.type === 'add') watched.add(one.delayMs, onRun)
        else if (one.type === 'cancel') watched.cancel(one.which)
        else if (one.type === 'block') watched.source.block(one.ms)
        else watched.advance(one.ms, one.earlyMs)
      }
      watched.finish()
    }
    const starts = fc.constantFrom(0, 63.5, 1_234_567.8, 1.7e12 + 0.3)
    expect(() => fc.assert(fc.property(starts, course, play), { numRuns: 300 })).not.toThrow()
  })
})
