import type { Clock, Result, Store } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import type { FakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { remoteStore } from './fixtures/remoteStore.ts'
import { settle } from './fixtures/world.ts'
import { cached, memoryStore } from './index.ts'
import type { CachedOptions, CacheStats, Counts } from './index.ts'

/*
 * Calls come, are cancelled, are answered and fail, things are invalidated and time passes, in any order. The source
 * of truth is a number for each argument that goes up with every change; an answer carries the number its load read,
 * when it began, for whom and for what. What must hold of every answer is then a matter of looking at it.
 */

const ttlMs = 1000
const staleMs = 500
const staleIfErrorMs = 2000
const maxLoadMs = 3000

const principals = ['ann', 'bob', undefined] as const
const inputs = ['a', 'b'] as const

const nat = fc.nat(1000)
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      who: fc.constantFrom(0, 0, 0, 1, 2),
      what: fc.constantFrom(0, 0, 1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: nat }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), which: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), which: nat, how: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change' as const), what: fc.nat(1), how: fc.nat(4) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 100, 400, 1000, 3500) }),
  },
)

interface Load {
  readonly call: { readonly principal?: string | undefined; readonly input: unknown }
  readonly settle: (result: Result | undefined, error?: unknown) => void
  readonly read: Record<string, unknown>
}

interface Asked {
  readonly call: FakeCall
  readonly principal: string | undefined
  readonly input: string
  /** The truth when the call came: nothing older that was invalidated may answer it. */
  readonly version: number
  readonly askedAt: number
  readonly outcome: Promise<{ readonly result?: Result; readonly error?: unknown; readonly at: number }>
}

const rules: CachedOptions = {
  staleMs,
  staleIfErrorMs,
  maxLoadMs,
  earlyRefresh: 1,
  random: () => 0.5,
  tools: {
    a: { ttlMs, tags: ['all', 'a'] },
    b: { ttlMs, tags: (_, result) => ['all', String(result['what'])] },
  },
}

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

const run = async (steps: readonly Step[], storeOf: (clock: Clock) => Store): Promise<CacheStats> => {
  const clock = manualClock(10_000)
  const cache = cached({ ...rules, clock, store: storeOf(clock) })
  const truth: Record<string, number> = { a: 0, b: 0 }
  const loads: Load[] = []
  const asked: Asked[] = []

  const next = (call: Load['call'] & { readonly target?: string | undefined }) =>
    new Promise<Result>((resolve, reject) => {
      const what = call.target as string
      const read = { what, for: call.principal ?? null, version: truth[what], begunAt: clock.now() }
      const settled = (result: Result | undefined, error?: unknown) =>
        result === undefined ? reject(error) : resolve(result)
      loads.push({ call, settle: settled, read })
    })

  const errors = [new Error('down'), new DOMException('gone', 'AbortError'), { content: [], isError: true }]
  for (const one of steps) {
    if (one.do === 'call') {
      const principal = principals[one.who]
      const input = inputs[one.what] as string
      const call = fakeCall({ clock, principal, target: input, input: { input } })
      const outcome = cache(call, next).then(
        (result) => ({ result, at: clock.now() }),
        (error: unknown) => ({ error, at: clock.now() }),
      )
      asked.push({ call, principal, input, version: truth[input] as number, askedAt: clock.now(), outcome })
    } else if (one.do === 'cancel') {
      asked[one.which % Math.max(1, asked.length)]?.call.abort()
    } else if (one.do === 'answer' && loads.length > 0) {
      const [load] = loads.splice(one.which % loads.length, 1)
      load?.settle({ ...load.read, answeredAt: clock.now() })
    } else if (one.do === 'fail' && loads.length > 0) {
      const [load] = loads.splice(one.which % loads.length, 1)
      if (one.how === 2) load?.settle(errors[2] as Result)
      else load?.settle(undefined, errors[one.how])
    } else if (one.do === 'change') {
      const what = inputs[one.what] as string
      truth[what] = (truth[what] as number) + 1
      if (one.how === 0) await cache.clear()
      else if (one.how === 1) await cache.invalidate({ tool: what })
      else if (one.how === 2) await cache.invalidate({ tags: [what] })
      else await cache.invalidate({ tags: ['all'] })
    } else if (one.do === 'wait') {
      clock.advance(one.ms)
    }
    await settle()
  }

  // Everything that is still under way ends, those last that have to wait for others.
  for (let turn = 0; turn < 5; turn += 1) {
    for (const load of loads.splice(0)) load.settle({ ...load.read, answeredAt: clock.now() })
    await settle()
  }
  for (const { outcome, call, principal, input, version, askedAt } of asked) {
    const { result, error, at } = await outcome
    if (result === undefined) {
      expect(error === errors[0] || error === errors[1] || call.signal.aborted).toBe(true)
      continue
    }
    if (result['isError'] === true) continue
    // Nobody else's.
    expect(result['what']).toBe(input)
    expect(result['for']).toBe(principal ?? null)
    // Not from before an invalidation that came before the call.
    expect(result['version']).toBeGreaterThanOrEqual(version)
    // Not past the time it may be kept.
    expect(at - (result['answeredAt'] as number)).toBeLessThan(ttlMs + Math.max(staleMs, staleIfErrorMs))
    expect(at).toBeGreaterThanOrEqual(askedAt)
  }
  return cache.stats()
}

/** Runs many lists of steps, and says what the caches did in all of them. */
const runMany = async (numRuns: number, storeOf: (clock: Clock) => Store): Promise<Counts> => {
  const total: Record<string, number> = {}
  const steps = fc.array(step, { minLength: 30, maxLength: 80 })
  const property = fc.asyncProperty(steps, async (list) => {
    const stats = await run(list, storeOf)
    for (const [name, count] of Object.entries(stats))
      if (typeof count === 'number') total[name] = (total[name] ?? 0) + count
  })
  await fc.assert(property, { numRuns })
  return total as unknown as Counts
}

describe('whatever the order of calls, cancellations, answers, failures, changes and time', () => {
  it.each<[string, number, (clock: Clock) => Store]>([
    ['memory', 400, (clock) => memoryStore({ clock })],
    ['a store that has room for one entry', 200, (clock) => memoryStore({ clock, maxEntries: 1 })],
    ['a store that answers later', 200, () => remoteStore()],
  ])(
    'every caller gets an answer of its own that is not outdated, from %s',
    { timeout: 60_000 },
    async (_, runs, storeOf) => {
      const { hits, stale, misses, joined, refreshes, stored, errors } = await runMany(runs, storeOf)
      // Each way to an answer was taken, and often.
      expect(Math.min(hits, stale, misses, joined, refreshes, stored, errors)).toBeGreaterThan(runs / 40)
    },
  )
})
