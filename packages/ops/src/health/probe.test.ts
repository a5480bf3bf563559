import type { Health } from '@millrace/core'
import { deferred, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Deferred } from '@millrace/core/testing'
import type { Bounds, HealthCheck } from './check.ts'
import { Probe } from './probe.ts'

const bounds: Bounds = { checkMs: 100, checkTtlMs: 1_000, slowMs: 50, minSuccessRatio: 0.9 }

const probeOf = (check: HealthCheck, own: Partial<Bounds> = {}) => {
  const clock = manualClock(1)
  return { clock, probe: new Probe(check, { ...bounds, ...own }, clock) }
}

const looped = (): object => {
  const loop: { self?: object } = {}
  loop.self = loop
  return loop
}

/** A probe whose answers the test gives. */
const heldProbe = (own: Partial<Bounds> = {}) => {
  const runs: Array<Deferred<Health | void>> = []
  const signals: AbortSignal[] = []
  const made = probeOf(({ signal }) => {
    signals.push(signal)
    runs.push(deferred())
    return runs.at(-1)!.promise
  }, own)
  return { ...made, runs, signals }
}

describe('a check', () => {
  it('that says nothing is healthy', async () => {
    const { probe } = probeOf(() => {})
    expect(await probe.ask()).toEqual({ status: 'healthy', elapsedMs: 0, checkedAt: 1 })
  })

  it('runs once for all who ask, and not again while its answer is young', async () => {
    const { probe, clock, runs } = heldProbe()
    const answers = [probe.ask(), probe.ask()]
    runs[0]!.resolve()
    await Promise.all(answers)
    clock.advance(999)
    await probe.ask()
    expect(runs.length).toBe(1)
    clock.advance(1)
    void probe.ask()
    expect(runs.length).toBe(2)
  })

  it.each([
    ['an error', new Error('no route'), 'no route'],
    ['something else', 'down', 'down'],
  ])('that throws %s is unhealthy', async (_what, thrown, detail) => {
    const { probe } = probeOf(() => {
      throw thrown
    })
    expect(await probe.ask()).toMatchObject({ status: 'unhealthy', detail })
  })

  it.each([null, 3, {}, { status: 'fine' }])('that answers %j is unhealthy', async (answer) => {
    const { probe } = probeOf(() => answer as never)
    expect(await probe.ask()).toMatchObject({ status: 'unhealthy', detail: expect.stringContaining('for a status') })
  })

  it('may answer anything: what can be shown of it is, and nothing of it breaks the whole', async () => {
    const loop = looped()
    const numbers = { rows: 3n, ratio: NaN, name: 'x', loop, ms: 1.5 }
    const { probe } = probeOf(() => ({ status: 'degraded', detail: 'x'.repeat(9_000), numbers, loop }) as never)
    const report = await probe.ask()
    expect(report).toMatchObject({ status: 'degraded', numbers: { rows: 3, ms: 1.5 } })
    expect(JSON.stringify(report).length).toBeLessThan(1_000)
    const odd = [{ status: 1n }, { status: loop }, { status: 'healthy', detail: loop, numbers: null }]
    const said = await Promise.all(odd.map((answer) => probeOf(() => answer as never).probe.ask()))
    expect(said.map(({ detail }) => detail)).toEqual([
      'Its check answered a bigint for a status.',
      'Its check answered an object for a status.',
      'an object',
    ])
  })

  it.each([
    [Object.create(null), 'It threw an object.'],
    [Object.assign(new Error('x'), { message: looped() }), 'an object'],
    [new TypeError(), 'TypeError'],
    [undefined, 'It threw undefined.'],
  ])('may throw anything: %#', async (thrown, detail) => {
    const { probe } = probeOf(() => Promise.reject(thrown))
    expect(await probe.ask()).toMatchObject({ status: 'unhealthy', detail })
  })

  it('that is slow is degraded', async () => {
    const { probe, clock, runs } = heldProbe()
    const answer = probe.ask()
    clock.advance(50)
    runs[0]!.resolve({ status: 'healthy', numbers: { lagMs: 3 } })
    expect(await answer).toEqual({
      status: 'degraded',
      detail: 'It took 50 ms, which is 50 ms or more.',
      numbers: { lagMs: 3 },
      elapsedMs: 50,
      checkedAt: 1,
    })
  })

  it('that hangs is unhealthy in time, is told, and does not run again before it has ended', async () => {
    const { probe, clock, runs, signals } = heldProbe()
    const answer = probe.ask()
    clock.advance(100)
    expect(await answer).toMatchObject({ status: 'unhealthy', detail: 'It did not answer within 100 ms.' })
    expect(signals[0]!.aborted).toBe(true)
    clock.advance(5_000)
    expect(await probe.ask()).toMatchObject({ status: 'unhealthy', detail: 'It has not answered for 5.1 s.' })
    expect(runs.length).toBe(1)
    runs[0]!.resolve()
    await new Promise(setImmediate)
    clock.advance(1_000)
    const later = probe.ask()
    runs[1]!.resolve()
    // Two of three: it works, but not always.
    expect(await later).toMatchObject({ status: 'degraded', detail: 'It failed 2 of its last 3 checks.' })
    expect(clock.timers).toBe(0)
  })

  it('that fails now and then is degraded until enough of its last times went well', async () => {
    let isUp = false
    const { probe, clock } = probeOf(() => ({ status: isUp ? 'healthy' : 'unhealthy' }))
    const next = async () => {
      clock.advance(1_000)
      return (await probe.ask()).status
    }
    expect(await next()).toBe('unhealthy')
    isUp = true
    const statuses = await sequence(22, next)
    expect(statuses.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'degraded'))
    expect(statuses.slice(8)).toEqual(Array.from({ length: 14 }, () => 'healthy'))
  })

  it('never runs twice at once, always answers in time, and leaves no timer, whatever happens when', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
      fc.record({ do: fc.constant('end' as const), isWell: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let running = 0
        let most = 0
        const runs: Array<Deferred<void>> = []
        const { probe, clock } = probeOf(async () => {
          most = Math.max(most, (running += 1))
          runs.push(deferred())
          await runs.at(-1)!.promise.finally(() => (running -= 1))
        })
        const waiting = new Map<Promise<unknown>, number>()
        for (const one of steps) {
          if (one.do === 'ask') {
            const answer = probe.ask()
            waiting.set(answer, clock.now())
            void answer.then(() => waiting.delete(answer))
          }
          if (one.do === 'wait') clock.advance(one.ms)
          if (one.do === 'end') (one.isWell ? runs.at(-1)?.resolve : runs.at(-1)?.reject)?.(new Error('down') as never)
          await new Promise(setImmediate)
          for (const since of waiting.values()) expect(clock.now() - since).toBeLessThan(bounds.checkMs)
        }
        expect(most).toBeLessThanOrEqual(1)
        clock.advance(bounds.checkMs)
        await new Promise(setImmediate)
        expect(waiting.size).toBe(0)
        expect(clock.timers).toBe(0)
      }),
      { numRuns: 100 },
    )
  })
})

const sequence = async <Value>(count: number, next: () => Promise<Value>): Promise<Value[]> => {
  const values: Value[] = []
  for (let index = 0; index < count; index += 1) values.push(await next())
  return values
}
