import { describe, expect, it } from 'vitest'
import { AdaptiveLimit } from './adaptiveLimit.ts'
import type { AdaptiveLimitOptions } from './adaptiveLimit.ts'
import { FixedLimit } from './limit.ts'
import { Pace } from './pace.ts'

/** What calls need and what there is to do them, at a moment. */
interface Backend {
  readonly slots: number
  /** What a call takes alone, for each class in turn. */
  readonly needMs: readonly number[]
}

/** A random number from 0 to 1 that is the same every time. */
const randomOf = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}

/** Times spread as those of real calls do, with a mean logarithm of 0. */
const spread = (random: () => number) =>
  Math.exp(0.8 * Math.sqrt(-2 * Math.log(random())) * Math.cos(6.283185307 * random()))

/**
 * Runs calls against a backend that serves so many at once and makes all others wait evenly, always as many as the limit
 * allows unless there is not that much to do.
 *
 * @returns the limit after each second
 */
const drive = (
  limit: AdaptiveLimit,
  seconds: number,
  backendAt: (now: number) => Backend,
  maxInFlight: (now: number) => number = () => Infinity,
  { shape = spread, seed = 7 } = {},
): number[] => {
  const random = randomOf(seed)
  const paces = new Map<number, Pace>()
  const running: Array<{ endsAt: number; startedAt: number; pace: Pace; epoch: number }> = []
  const seen: number[] = []
  let turn = 0
  let now = 0
  const start = () => {
    const { slots, needMs } = backendAt(now)
    const index = turn++ % needMs.length
    const pace = paces.get(index) ?? new Pace()
    paces.set(index, pace)
    const crowd = Math.max(1, (running.length + 1) / slots)
    const took = needMs[index]! * crowd * shape(random)
    running.push({ endsAt: now + took, startedAt: now, pace, epoch: limit.epoch })
  }
  while (now < seconds * 1000) {
    while (running.length < Math.min(limit.current, maxInFlight(now))) start()
    if (running.length >= limit.current) limit.pressed()
    running.sort((a, b) => b.endsAt - a.endsAt)
    const ended = running.pop()!
    while (seen.length < Math.floor(ended.endsAt / 1000) && seen.length < seconds) seen.push(limit.current)
    now = ended.endsAt
    limit.measured(ended.pace, now - ended.startedAt, ended.epoch, now, running.length + 1)
  }
  return seen
}

/** One call in twenty takes twenty times as long as the others. */
const bimodal = (random: () => number) => (random() < 0.05 ? 10.5 : 0.5 * spread(random))

const adaptive = (options: AdaptiveLimitOptions = {}): AdaptiveLimit => {
  const { initial = 20, min = 1, max = 1000 } = options
  return new AdaptiveLimit({ initial, min, max })
}

const ten: Backend = { slots: 10, needMs: [10] }

describe('an adaptive limit', () => {
  it.each<[AdaptiveLimitOptions]>([[{ initial: 5 }], [{}], [{ initial: 20 }], [{ initial: 100 }], [{ initial: 1 }]])(
    'that begins with %j is near ten slots within three seconds, and stays there',
    (options) => {
      const seen = drive(adaptive(options), 40, () => ten)
      for (const one of seen.slice(3)) {
        expect(one).toBeGreaterThanOrEqual(5)
        expect(one).toBeLessThanOrEqual(20)
      }
      const late = seen.slice(3).toSorted((a, b) => a - b)
      expect(late[Math.floor(late.length / 2)]).toBeGreaterThanOrEqual(10)
      expect(late[Math.floor(late.length / 2)]).toBeLessThanOrEqual(16)
    },
  )

  it('is not misled by chance, where few calls take most of the time', () => {
    const seeds = Array.from({ length: 30 }, (_, index) => index + 1)
    const seen = seeds.flatMap((seed) =>
      drive(adaptive(), 120, () => ten, undefined, { shape: bimodal, seed }).slice(5),
    )
    // A single second may fall into a moment in which fewer run, to see whether they become faster.
    const low = seen.filter((one, at) => one < 9 && seen[at + 1]! < 9)
    expect(low.length / seen.length).toBeLessThan(0.006)
    expect(Math.max(...seen)).toBeLessThanOrEqual(20)
  })

  it('is not misled by a tool that takes a hundred times as long as others', () => {
    const seen = drive(adaptive(), 60, () => ({
      slots: 10,
      needMs: [...Array.from({ length: 19 }, () => 5), 500],
    }))
    for (const one of seen.slice(10)) {
      expect(one).toBeGreaterThanOrEqual(5)
      expect(one).toBeLessThanOrEqual(22)
    }
  })

  it('follows when there are more slots, and fewer', () => {
    const seen = drive(adaptive(), 60, (now) => ({
      slots: now < 20_000 ? 10 : now < 40_000 ? 40 : 5,
      needMs: [10],
    }))
    expect(seen[18]).toBeLessThan(20)
    expect(seen[38]).toBeGreaterThan(30)
    expect(seen[55]).toBeLessThan(12)
  })

  it('does not take a dependency that has become slower for good for a crowded one', () => {
    const seen = drive(adaptive(), 80, (now) => ({ slots: 10, needMs: [now < 20_000 ? 10 : 60] }))
    // Now and then a second falls into a moment in which fewer run to see whether they become faster.
    const late = seen.slice(45).toSorted((a, b) => a - b)
    expect(late[2]).toBeGreaterThanOrEqual(7)
  })

  it('comes down by halves from far above, also where a call takes an eighth of a second', () => {
    const seen = drive(adaptive({ initial: 64 }), 40, () => ({ slots: 2, needMs: [130] }))
    for (const one of seen.slice(35)) expect(one).toBeLessThan(8)
  })

  it('does not grow while nobody presses against it', () => {
    const limit = adaptive()
    const seen = drive(
      limit,
      20,
      () => ten,
      () => 5,
    )
    expect(new Set(seen)).toEqual(new Set([20]))
  })

  it('learns from quiet times what calls need', () => {
    const limit = adaptive({ initial: 30 })
    const seen = drive(
      limit,
      13,
      () => ten,
      (now) => (now < 10_000 ? 5 : Infinity),
    )
    expect(seen[9]).toBe(30)
    expect(seen[12]).toBeLessThan(20)
  })

  it('stays between its bounds', () => {
    const low = drive(adaptive({ initial: 30, min: 25 }), 10, () => ten)
    expect(Math.min(...low)).toBe(25)
    const high = drive(adaptive({ initial: 4, max: 6 }), 10, () => ten)
    expect(Math.max(...high)).toBe(6)
    const one = drive(adaptive({ initial: 3 }), 20, () => ({ slots: 1, needMs: [10] }))
    expect(Math.min(...one)).toBeGreaterThanOrEqual(1)
    expect(one.at(-1)).toBeLessThanOrEqual(4)
  })

  it('ignores what was measured of calls that began under other circumstances', () => {
    const limit = adaptive()
    const pace = new Pace()
    for (let n = 0; n < 1000; n += 1) expect(limit.measured(pace, 10, -1, n * 10, 1)).toBe(false)
    expect(limit.current).toBe(20)
  })
})

describe('a fixed limit', () => {
  it('stays what it is, and still knows how long calls take', () => {
    const limit = new FixedLimit(7)
    const pace = new Pace()
    expect(pace.typicalMs).toBe(0)
    for (let n = 0; n < 100; n += 1) expect(limit.measured(pace, 25)).toBe(false)
    limit.pressed()
    expect(limit.current).toBe(7)
    expect(pace.typicalMs).toBeCloseTo(25)
    limit.measured(pace, 0)
    expect(pace.typicalMs).toBeGreaterThan(15)
  })
})
