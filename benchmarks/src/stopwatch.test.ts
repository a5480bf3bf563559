import { describe, expect, it } from 'vitest'
import { Stopwatch, waitedNs } from './stopwatch.ts'

const work = (): number => {
  let sum = 0
  for (let at = 0; at < 1_000_000; at += 1) sum += Math.sqrt(at)
  return sum
}

describe('Stopwatch', () => {
  it('adds up pieces of work and counts nothing between them', () => {
    const watch = new Stopwatch()
    watch.start()
    expect(work()).toBeGreaterThan(0)
    watch.stop()
    const first = watch.ns
    expect(first).not.toBe(0)
    work()
    expect(watch.ns).toBe(first)
    watch.start()
    work()
    watch.stop()
    expect(watch.ns).not.toBe(first)
  })
})

describe('waitedNs', () => {
  it('is a number that never goes back', () => {
    const before = waitedNs()
    expect(before).toBeGreaterThanOrEqual(0)
    expect(waitedNs()).toBeGreaterThanOrEqual(before)
  })
})
