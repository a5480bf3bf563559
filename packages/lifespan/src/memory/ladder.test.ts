import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Ladder } from './ladder.ts'
import type { Steps } from './ladder.ts'

const steps: Steps = { elevatedRatio: 0.7, highRatio: 0.8, criticalRatio: 0.9, hysteresisRatio: 0.05, calmMs: 5_000 }

const climbed = (...ratios: number[]) => {
  const ladder = new Ladder(steps)
  ratios.forEach((ratio, second) => ladder.step(ratio, second * 1_000))
  return ladder
}

it('goes up at once, as far as it is', () => {
  expect(climbed(0.69).level).toBe('normal')
  expect(climbed(0.7).level).toBe('elevated')
  expect(climbed(0.8).level).toBe('high')
  expect(climbed(0.1, 0.9).level).toBe('critical')
})

it('comes down when it has been well below for long enough', () => {
  expect(climbed(0.9, 0.5, 0.5, 0.5, 0.5, 0.5).level).toBe('critical')
  expect(climbed(0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5).level).toBe('normal')
})

it('stays where it is just below the step, however long', () => {
  expect(climbed(0.8, ...Array.from({ length: 60 }, () => 0.76)).level).toBe('high')
})

it('waits anew when it was worse in between', () => {
  expect(climbed(0.8, 0.5, 0.5, 0.5, 0.5, 0.78, 0.5, 0.5).level).toBe('high')
})

it('comes down only as far as it was better all the time', () => {
  expect(climbed(0.9, 0.5, 0.72, 0.5, 0.5, 0.5, 0.5).level).toBe('elevated')
})

it('says that it changed when it did', () => {
  const ladder = new Ladder({ ...steps, calmMs: 0 })
  const seen = [0.1, 0.7, 0.7, 0.95, 0.1, 0.1].map((ratio, now) => [ladder.step(ratio, now), ladder.level])
  expect(seen.map(([hasChanged]) => hasChanged)).toEqual([false, true, false, true, true, false])
})

it('is never below what memory says, and comes down once that is over, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { maxLength: 50 }), (ratios) => {
      const ladder = new Ladder(steps)
      const starts = [-Infinity, 0.7, 0.8, 0.9]
      let now = 0
      for (const ratio of ratios) {
        const before = ladder.rung
        const hasChanged = ladder.step(ratio, (now += 1_000))
        expect(ladder.rung).toBeGreaterThanOrEqual(starts.findLastIndex((start) => ratio >= start))
        expect(hasChanged).toBe(ladder.rung !== before)
      }
      ladder.step(0, (now += 1_000))
      for (let n = 0; n < 5; n += 1) ladder.step(0, (now += 1_000))
      expect(ladder.level).toBe('normal')
    }),
  )
})
