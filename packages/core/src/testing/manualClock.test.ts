import { describe, expect, it } from 'vitest'
import { manualClock } from './manualClock.ts'

describe('a manual clock', () => {
  it('stands still until it is moved', () => {
    const clock = manualClock(1000)
    expect(clock.now()).toBe(1000)
    clock.advance(0.5)
    expect(clock.now()).toBe(1000.5)
    expect(manualClock().now()).toBe(0)
  })

  it('runs what falls due in order, each at its own moment, and of equals the older first', () => {
    const clock = manualClock(100)
    const seen: Array<[string, number]> = []
    const note = (name: string) => () => seen.push([name, clock.now()])
    clock.after(20, note('c'))
    clock.after(10, note('a'))
    clock.after(10, note('b'))
    clock.after(30.5, note('d'))
    clock.advance(30)
    expect(seen).toEqual([
      ['a', 110],
      ['b', 110],
      ['c', 120],
    ])
    expect([clock.now(), clock.timers]).toEqual([130, 1])
    clock.advance(1)
    expect(seen.at(-1)).toEqual(['d', 130.5])
  })

  it('runs what is added on the way when it falls due on the way', () => {
    const clock = manualClock()
    const seen: number[] = []
    const again = () => {
      seen.push(clock.now())
      clock.after(10, again)
    }
    clock.after(10, again)
    clock.advance(35)
    expect(seen).toEqual([10, 20, 30])
    expect(clock.timers).toBe(1)
  })

  it('takes a delay that is negative or no number for none, and never runs what waits for ever', () => {
    const clock = manualClock(5)
    const seen: string[] = []
    for (const delayMs of [-1, Number.NaN, 0, Infinity]) clock.after(delayMs, () => seen.push(String(delayMs)))
    clock.advance(0)
    expect(seen).toEqual(['-1', 'NaN', '0'])
    clock.advance(1e12)
    expect(clock.timers).toBe(1)
  })

  it('forgets what is cancelled, also by what runs before it', () => {
    const clock = manualClock()
    const seen: string[] = []
    clock.after(10, () => later.cancel())
    const later = clock.after(10, () => seen.push('later'))
    const never = clock.after(5, () => seen.push('never'))
    never.cancel()
    never.cancel()
    clock.advance(20)
    expect([seen, clock.timers]).toEqual([[], 0])
  })

  it('does not go back when what runs moves it further', () => {
    const clock = manualClock()
    clock.after(10, () => clock.advance(100))
    clock.advance(20)
    expect(clock.now()).toBe(110)
  })

  it('lets the test have the error of what it runs', () => {
    const clock = manualClock()
    clock.after(1, () => {
      throw new Error('faulty timer')
    })
    expect(() => clock.advance(1)).toThrow('faulty timer')
  })

  it.each([-1, Number.NaN])('refuses to move by %d', (ms) => {
    expect(() => manualClock().advance(ms)).toThrow(new RangeError(`manualClock.advance takes a number ≥ 0, got ${ms}`))
  })
})
