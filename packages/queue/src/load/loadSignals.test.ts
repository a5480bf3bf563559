import { fakeCall, manualClock, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { loadSignals, queue } from '../index.ts'
import type { LoadReading, LoadSignalsOptions } from '../index.ts'
import { priorities } from '../priority.ts'

const calm: LoadReading = { eventLoopDelayMs: 0, eventLoopUtilization: 0.5, heapUsedRatio: 0.3, rssBytes: 5e8 }

/** Signals of a process that is as loaded as the test says. */
const signalsOf = (options: LoadSignalsOptions = {}) => {
  let reading = calm
  const log: string[] = []
  const clock = manualClock()
  const signals = loadSignals({
    source: {
      start: () => log.push('start'),
      read: () => {
        log.push('read')
        return reading
      },
      stop: () => log.push('stop'),
    },
    ...options,
  })
  return {
    signals,
    clock,
    log,
    /** Looks so often at a process in this state. */
    look: (state: Partial<LoadReading>, times = 30) => {
      reading = { ...calm, ...state }
      for (let n = 0; n < times; n += 1) {
        clock.advance(1000)
        signals.sheds('critical', clock)
      }
    },
    /** Which part of the calls of each priority is refused, 1000 of each. */
    shed: () => {
      const counted = priorities.map((priority) => {
        const refused = Array.from({ length: 1000 }, () => signals.sheds(priority, clock)).filter(Boolean)
        return [priority, refused.length / 1000]
      })
      return Object.fromEntries(counted) as Record<string, number>
    },
  }
}

const evenly = () => {
  let n = 0
  return () => (n++ % 1000) / 1000
}

describe('load signals', () => {
  it.each<[Partial<LoadReading>, number]>([
    [{}, 0],
    [{ eventLoopDelayMs: 50 }, 0],
    [{ eventLoopDelayMs: 150 }, 0.5],
    [{ eventLoopDelayMs: 900 }, 1],
    [{ eventLoopUtilization: 1 }, 1 / 3],
    [{ heapUsedRatio: 0.91 }, 0.5],
    [{ rssBytes: 64e9 }, 0],
    [{ eventLoopDelayMs: 100, heapUsedRatio: 0.97 }, 1],
  ])('of %j come to a level of %d', (reading, level) => {
    const { signals, look } = signalsOf()
    look(reading)
    expect(signals.level).toBeCloseTo(level, 5)
  })

  it('may be given other ramps, be turned off, and be joined by one of the owner', () => {
    const own = signalsOf({ eventLoopDelayMs: [100, 200], heapUsedRatio: false, rssBytes: [1e9, 2e9] })
    own.look({ eventLoopDelayMs: 150, heapUsedRatio: 1 })
    expect(own.signals.level).toBeCloseTo(0.5)
    own.look({ rssBytes: 1.75e9, eventLoopDelayMs: 150 })
    expect(own.signals.level).toBeCloseTo(0.75)
    const joined = signalsOf({ pressure: () => 7 })
    joined.look({})
    expect(joined.signals.level).toBeCloseTo(1)
    const silent = signalsOf({ pressure: () => NaN })
    silent.look({})
    expect(silent.signals.level).toBe(0)
  })

  it.each<[number, Record<string, number>]>([
    [0, { critical: 0, high: 0, normal: 0, low: 0 }],
    [0.1, { critical: 0, high: 0, normal: 0, low: 0.3 }],
    [0.5, { critical: 0, high: 0, normal: 0.5, low: 1 }],
    [0.9, { critical: 0, high: 0.7, normal: 1, low: 1 }],
    [1, { critical: 0, high: 1, normal: 1, low: 1 }],
  ])('at a level of %d refuse the least important first, gradually', (level, parts) => {
    const { shed, look } = signalsOf({ pressure: () => level, random: evenly() })
    look({}, 60)
    for (const [priority, part] of Object.entries(shed())) expect(part).toBeCloseTo(parts[priority]!, 1)
  })

  it('take a single bad look for half, and come down as they went up', () => {
    const { signals, look } = signalsOf()
    look({ eventLoopDelayMs: 900 }, 1)
    expect(signals.level).toBeCloseTo(0.5)
    look({}, 2)
    expect(signals.level).toBeCloseTo(0.125)
    look({}, 10)
    expect(signals.level).toBe(0)
  })

  it('forget a pause after which the loop has rested while nobody looked, but none of a loop that is busy', () => {
    const { signals, clock, look } = signalsOf({ sampleMs: 100 })
    look({}, 1)
    clock.advance(20_000)
    look({ eventLoopDelayMs: 500, eventLoopUtilization: 0.03 }, 1)
    expect(signals.level).toBe(0)
    clock.advance(20_000)
    look({ eventLoopDelayMs: 500, eventLoopUtilization: 0.7 }, 1)
    expect(signals.level).toBeCloseTo(0.5)
  })

  it('take a signal of the owner that throws for none, and say so once', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { signals, look } = signalsOf({
      pressure: () => {
        throw new Error('gauge is gone')
      },
    })
    look({}, 3)
    look({ heapUsedRatio: 0.97 })
    expect(signals.level).toBeCloseTo(1)
    expect(warn.mock.calls).toEqual([
      [
        'loadSignals: pressure threw and counts as 0: Error: gauge is gone',
        { type: 'MillraceWarning', code: 'MILLRACE_PRESSURE' },
      ],
    ])
    warn.mockRestore()
  })

  it('look at nothing before the first call, then as often as they are told', () => {
    const { signals, clock, log } = signalsOf({ sampleMs: 100 })
    clock.advance(1000)
    expect(log).toEqual([])
    signals.sheds('low', clock)
    clock.advance(99)
    signals.sheds('low', clock)
    expect(log).toEqual(['start', 'read'])
    clock.advance(1)
    signals.sheds('low', clock)
    expect(log).toEqual(['start', 'read', 'read'])
    signals.stop()
    signals.sheds('low', clock)
    expect(log).toEqual(['start', 'read', 'read', 'stop', 'start', 'read'])
    expect(clock.timers).toBe(0)
  })

  it.each<[unknown, string]>([
    [{ eventLoopDelayMs: 50 }, 'loadSignals.eventLoopDelayMs must be two numbers ≥ 0, the second one greater or false'],
    [{ heapUsedRatio: [0.9, 0.8] }, 'loadSignals.heapUsedRatio must be two numbers ≥ 0, the second one greater'],
    [{ rssBytes: [1] }, 'loadSignals.rssBytes must be two numbers'],
    [{ sampleMs: 1 }, 'loadSignals.sampleMs must be a number ≥ 10, got 1'],
    [{ source: {} }, 'loadSignals.source must be a source of readings (with start, read, stop), got an object'],
    [{ cpu: [0, 1] }, 'loadSignals.cpu is not an option'],
  ])('of %j are a mistake', (options, message) => {
    expect(() => loadSignals(options as LoadSignalsOptions)).toThrow(message)
  })
})

describe('a queue that looks at them', () => {
  const make = () => queue({ load: signalsOf().signals })
  for (const { name, run } of middlewareContract(make)) it(`keeps the contract: ${name}`, run)

  it('refuses what matters least while the process is overloaded, though slots are free', async () => {
    const { signals, look, clock } = signalsOf({ random: () => 0 })
    const own = queue({ load: signals, priority: { vital: 'critical', batch: 'low' } })
    look({ eventLoopUtilization: 1 })
    const world = worldOf(own, clock.now())
    const [vital, normal, batch] = await world.sendAll('vital', 'search', 'batch')
    await settle()
    expect([vital!.outcome, normal!.outcome]).toEqual(['open', 'open'])
    expect(errorOf(batch!)).toMatchObject({ code: 'ERR_QUEUE_FULL' })
    expect(errorOf(batch!)?.message).toBe(
      'tools/call batch was not started because the server has more work than it can do.',
    )
  })
})

describe('the process', () => {
  it('is not taken for overloaded by who begins to watch it', async () => {
    for (let n = 0; n < 20; n += 1) {
      const signals = loadSignals({ random: () => 0 })
      const own = queue({ load: signals, priority: 'low' })
      expect(await own(fakeCall(), async () => ({ content: [] }))).toEqual({ content: [] })
      expect(signals.level).toBe(0)
      signals.stop()
    }
  })

  it('that is kept busy is seen to be, and one that rests is not', async () => {
    const signals = loadSignals({ sampleMs: 10, random: () => 0.5 })
    const own = queue({ load: signals, priority: 'low' })
    const next = async () => ({ content: [] })
    await own(fakeCall(), next)
    const blockFor = (ms: number) => {
      const until = performance.now() + ms
      while (performance.now() < until);
    }
    for (let n = 0; n < 4; n += 1) {
      blockFor(400)
      await settle()
      await own(fakeCall(), next).catch(() => {})
    }
    expect(signals.level).toBeGreaterThan(0.3)
    signals.stop()
    expect(signals.level).toBe(0)
  })
})
