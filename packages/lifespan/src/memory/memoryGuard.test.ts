import { describe, expect, expectTypeOf, it } from 'vitest'
import { eventsOf } from '../fixtures/events.ts'
import { guardedWorld } from '../fixtures/memory.ts'
import { settle } from '../fixtures/settle.ts'
import { lifespan } from '../lifespan.ts'
import { resource } from '../resource.ts'
import { memoryGuard } from './memoryGuard.ts'
import type { MemoryGuard } from './memoryGuard.ts'
import type { MemoryChange } from './options.ts'

const begun = (options: Parameters<typeof guardedWorld>[0] = {}) => {
  const world = guardedWorld(options)
  void world.guard.start({}, { clock: world.clock, signal: new AbortController().signal })
  return world
}

describe('a guard of memory', () => {
  it('has things hold less as memory gets short, and all again when it has been well for a while', () => {
    const { guard, take, told, clock } = begun()
    expect([guard.level, told]).toEqual(['normal', []])
    take({ rssBytes: 700 })
    expect([guard.level, guard.ratio, told]).toEqual(['elevated', 0.7, [0.5]])
    take({ rssBytes: 800 })
    take({ rssBytes: 850 })
    take({ rssBytes: 900 })
    expect([guard.level, told]).toEqual(['critical', [0.5, 0.2, 0]])
    take({ rssBytes: 640 })
    clock.advance(4_000)
    expect(guard.level).toBe('critical')
    clock.advance(1_000)
    expect([guard.level, told]).toEqual(['normal', [0.5, 0.2, 0, 1]])
  })

  it('looks at the process, its heap and its group, and goes by what is worst', async () => {
    const { take } = begun({ maxBytes: 1_000 })
    const signals = await eventsOf(() => {
      take({ heapUsedBytes: 750 })
      take({ groupUsedBytes: 810, groupLimitBytes: 1000 })
      take({ rssBytes: 920 })
    })
    expect(signals).toMatchObject([
      { type: 'memory.measured', signal: 'heap', ratio: 0.75, level: 'elevated' },
      { type: 'memory.levelChanged', signal: 'heap', before: 'normal', level: 'elevated' },
      { type: 'memory.measured', signal: 'group', ratio: 0.81 },
      { type: 'memory.levelChanged', before: 'elevated', level: 'high', groupUsedBytes: 810 },
      { type: 'memory.measured', signal: 'rss', ratio: 0.92 },
      { type: 'memory.levelChanged', before: 'high', level: 'critical', rssBytes: 920 },
    ])
  })

  it('takes for the limit what it is given, else that of the group, else what the machine has', () => {
    const reading = { rssBytes: 80, heapUsedBytes: 0, heapLimitBytes: 1, groupUsedBytes: 0, groupLimitBytes: 100 }
    const source = { machineBytes: 1000, read: () => reading }
    const ratioOf = (options: object): number => begun({ source, ...options }).guard.ratio
    expect(ratioOf({})).toBe(0.8)
    expect(ratioOf({ maxBytes: 160 })).toBe(0.5)
    expect(ratioOf({ maxBytes: Infinity })).toBe(0)
    expect(ratioOf({ source: { ...source, read: () => ({ ...reading, groupLimitBytes: Infinity }) } })).toBe(0.08)
  })

  it('follows the limit of its group', () => {
    const { guard, take } = begun()
    const ratios = [200, 400, Infinity].map((groupLimitBytes) => {
      take({ groupLimitBytes })
      return guard.ratio
    })
    expect(ratios).toEqual([0.5, 0.25, 0.1])
  })

  it('grows the pressure from nothing where memory is high to all at the limit', () => {
    const { guard, take } = begun()
    const pressures = [100, 800, 850, 900, 950, 1000, 1200].map((rssBytes) => {
      take({ rssBytes })
      return Math.round(guard.pressure() * 1000)
    })
    expect(pressures).toEqual([0, 0, 167, 333, 667, 1000, 1000])
    const late = begun({ highRatio: 0.95, criticalRatio: 1 })
    late.take({ rssBytes: 1001 })
    expect(late.guard.pressure()).toBe(1)
  })

  it('tells of each change, and what one of them throws keeps nobody else from being told', async () => {
    const changes: MemoryChange[] = []
    const shares: number[] = []
    const events = await eventsOf(async () => {
      const { take } = begun({
        shrink: {
          throws: {
            shrinkTo: () => {
              throw new Error('no')
            },
          },
          rejects: { shrinkTo: () => Promise.reject(new Error('later no')) },
          good: { shrinkTo: (share) => void shares.push(share) },
        },
        onChange: (change) => {
          changes.push(change)
          throw new Error('not heard')
        },
      })
      take({ rssBytes: 850 })
      await settle()
    })
    expect([shares, changes]).toEqual([[0.2], [{ level: 'high', before: 'normal', ratio: 0.85 }]])
    const failures = events.flatMap((event) => (event.type === 'memory.shrinkFailed' ? [event] : []))
    expect(failures.map(({ name, error }) => [name, (error as Error).message])).toEqual([
      ['throws', 'no'],
      ['onChange', 'not heard'],
      ['rejects', 'later no'],
    ])
  })

  it('collects garbage when it gets worse, and while it is bad for a twentieth of the time', async () => {
    const collected: number[] = []
    const { take, clock } = begun({
      collect: () => {
        collected.push(clock.now() / 1000)
        // A pause: the clock goes on while nothing else does.
        clock.advance(200)
      },
    })
    const events = await eventsOf(async () => {
      for (const rssBytes of [
        100, 700, 700, 700, 820, 820, 820, 820, 820, 820, 820, 820, 600, 600, 600, 600, 600, 600,
      ]) {
        take({ rssBytes })
        await settle()
      }
    })
    expect(collected.map(Math.floor)).toEqual([2, 5, 9])
    expect(events.filter(({ type }) => type === 'memory.collected')).toHaveLength(3)
  })

  it('says how it is', () => {
    const { guard, take, clock } = begun()
    const signal = new AbortController().signal
    expect(guard.check?.(guard, { clock, signal })).toMatchObject({ status: 'healthy', numbers: { ratio: 0.1 } })
    take({ rssBytes: 850 })
    expect(guard.check?.(guard, { clock, signal })).toMatchObject({
      status: 'degraded',
      detail: 'Memory is high: 85 % of its limit.',
    })
  })
})

describe('a guard of memory in a lifespan', () => {
  it('starts after what it has hold less, and lets go of it before that closes', async () => {
    const { guard, clock, take } = guardedWorld()
    const order: string[] = []
    const db = resource({
      start: () => ({ shrinkTo: (share: number) => void order.push(`db to ${share}`) }),
      close: () => void order.push('db closed'),
    })
    const memory = memoryGuard({
      collect: false,
      shrink: { db },
      source: { machineBytes: 1000, read: () => guard.reading },
      everyMs: 1_000,
    })
    const app = lifespan({ memory }, { signals: false, clock })
    expect([memory.level, memory.pressure(), memory.reading.rssBytes]).toEqual(['normal', 0, 100])
    await app.start()
    expectTypeOf(app.resources.memory).toEqualTypeOf<MemoryGuard>()
    take({ rssBytes: 950 })
    expect(app.resources.memory.level).toBe('critical')
    expect((await app.health()).status).toBe('degraded')
    await app.stop()
    expect(order).toEqual(['db to 0', 'db to 1', 'db closed'])
    expect([memory.level, memory.pressure(), clock.timers]).toEqual(['normal', 0, 0])
    await expect(app.start()).rejects.toThrow('stopped')
  })

  it('has one timer, and none is left', async () => {
    const { guard, clock, take, told } = guardedWorld()
    const app = lifespan({ guard }, { signals: false, clock })
    await app.start()
    for (let n = 0; n < 10; n += 1) take({})
    expect(clock.timers).toBe(1)
    await expect(lifespan({ guard }, { signals: false }).start()).rejects.toThrow('another lifespan')
    await app.stop()
    expect([clock.timers, told]).toEqual([0, []])
  })

  it('does not start where what it is given cannot hold less', async () => {
    const db = resource({ start: () => 5 })
    const memory = memoryGuard({ shrink: { db: db as never } })
    await expect(lifespan({ memory }, { signals: false }).start()).rejects.toThrow(
      'memory did not start: what db gives has no shrinkTo(share)',
    )
  })
})

describe('options of a guard of memory that make no sense', () => {
  it.each([
    [
      { shrink: { cache: 5 } },
      'memoryGuard.shrink.cache must have shrinkTo(share), or be a resource whose value has it',
    ],
    [{ shares: [0.5, 0.2] }, 'memoryGuard.shares must be three numbers, got 2'],
    [{ shares: [2, 1, 0] }, 'memoryGuard.shares must be an array of three numbers from 0 to 1, got an array'],
    [
      { highRatio: 0.6 },
      'memoryGuard: elevatedRatio must be below highRatio and that below criticalRatio, got 0.7, 0.6 and 0.9',
    ],
    [{ maxBytes: 0 }, 'memoryGuard.maxBytes must be an integer ≥ 1 or Infinity, got 0'],
    [{ everyMs: 1 }, 'memoryGuard.everyMs must be a number ≥ 10, got 1'],
    [{ limitBytes: 5 }, 'memoryGuard.limitBytes is not an option; there are'],
  ])('%j', (options, complaint) => {
    expect(() => memoryGuard(options as never)).toThrow(complaint)
  })
})
