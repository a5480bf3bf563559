import { fakeCall, held, manualClock, sent } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import type { Store } from '@millrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leasingServer } from '../fixtures/leasingStore.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { resultOf, settle } from '../fixtures/world.ts'
import { cached, memoryStore, tiered } from '../index.ts'
import type { TierOptions } from '../index.ts'

/** Processes with memory of their own in front of a server that has leases, and perhaps something below. */
const fleetOf = (distant: Partial<TierOptions> = {}, below: readonly Store[] = []) => {
  const clock = manualClock(1000)
  const server = leasingServer(clock)
  const join = () => {
    const [near, far] = [memoryStore({ clock }), server.connect()]
    const store = tiered({ clock }, near, { store: far, ...distant }, ...below)
    const cache = cached({ ttlMs: 1000, staleMs: 5000, tags: ['t'], clock, store })
    const handler = held()
    const send = (call: FakeCallOptions = {}) => sent(cache, fakeCall({ clock, ...call }), handler.next)
    return { near, far, store, cache, handler, send }
  }
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 1) {
      clock.advance(1)
      await settle()
    }
  }
  return { clock, server, join, pass, a: join(), b: join() }
}

const large = { content: [{ type: 'text', text: 'x'.repeat(1000) }] }

describe('tiers of which one has leases', () => {
  it('let one process load for all, and have it in the memory of each', async () => {
    const { a, b, join, pass } = fleetOf()
    const c = join()
    const asked = [a, b, c].flatMap((one) => [one.send(), one.send()])
    await pass(20)
    expect([a, b, c].map(({ handler }) => handler.calls.length)).toEqual([1, 0, 0])
    a.handler.calls[0]!.resolve(resultOf(1))
    await pass(60)
    for (const one of asked) expect(await one.answer).toEqual(resultOf(1))
    for (const { near } of [a, b, c]) expect((await near.stats()).entries).toBe(1)
    expect([a, b, c].map(({ handler }) => handler.calls.length)).toEqual([1, 0, 0])
  })

  it('have no leases where no tier has them', () => {
    expect(tiered(memoryStore(), remoteStore()).lease).toBeUndefined()
    expect(tiered(memoryStore(), leasingServer(manualClock()).connect()).lease).toBeDefined()
  })

  it('write nothing anywhere when the lease has ended before', async () => {
    const { a, server, clock } = fleetOf()
    const leased = await a.store.lease!('k', undefined)
    if (leased?.state !== 'granted') throw new Error('no lease')
    clock.advance(100)
    const entry = { ...(await entryIn(a)), storedAt: 1 }
    expect(await leased.lease.renew()).toBe(false)
    expect(await leased.lease.set(entry)).toBe('over')
    expect([await a.near.get('k'), server.entries.get('k')]).toEqual([undefined, undefined])
    expect(await a.store.get('k')).toBeUndefined()
  })

  it('write nothing that was dropped while the tier of the lease took it', async () => {
    const { a } = fleetOf()
    const entry = await entryIn(a)
    const leased = await a.store.lease!('k', undefined)
    if (leased?.state !== 'granted') throw new Error('no lease')
    const taken = leased.lease.set(entry)
    void a.store.invalidate({ tags: ['t'] })
    expect(await taken).toBe('over')
    await settle()
    expect([await a.near.get('k'), await a.store.get('k')]).toEqual([undefined, undefined])
  })

  it('load each for itself what no shared tier takes, as soon as one has seen that', async () => {
    const { a, b, pass } = fleetOf({ maxEntryBytes: 100 })
    const asked = [a.send(), b.send()]
    await pass(10)
    expect([a.handler.calls.length, b.handler.calls.length]).toEqual([1, 0])
    a.handler.calls[0]!.resolve(large)
    await pass(60)
    expect(b.handler.calls).toHaveLength(1)
    b.handler.calls[0]!.resolve(large)
    await pass(5)
    for (const one of asked) expect(await one.answer).toEqual(large)
    expect((await a.near.stats()).entries).toBe(1)
  })

  it('make one load of what only another shared tier takes', async () => {
    const disk = { ...remoteStore(true), name: 'disk' }
    const { a, b, pass, server } = fleetOf({ maxEntryBytes: 100 }, [disk])
    const asked = [a.send(), b.send()]
    await pass(10)
    a.handler.calls[0]!.resolve(large)
    await pass(60)
    for (const one of asked) expect(await one.answer).toEqual(large)
    expect([b.handler.calls.length, disk.entries.size, server.entries.size]).toEqual([0, 1, 0])
    expect((await b.near.stats()).entries).toBe(1)
  })

  it('replace what is stale in all tiers, one process for all', async () => {
    const { a, b, pass, clock, server } = fleetOf({ maxEntryBytes: 500 })
    void a.send()
    await pass(2)
    a.handler.calls[0]!.resolve(resultOf(1))
    await pass(2)
    clock.advance(2000)
    const stale = [a.send(), b.send()]
    await pass(20)
    for (const one of stale) expect(await one.answer).toEqual(resultOf(1))
    expect(a.handler.calls.length + b.handler.calls.length).toBe(2)
    const loading = a.handler.calls[1] ?? b.handler.calls[0]!
    loading.resolve(large)
    await pass(60)
    expect(server.entries.size).toBe(0)
  })

  it('go on without leases while their tier is down', async () => {
    const { a, b, pass } = fleetOf()
    a.far.isDown = b.far.isDown = true
    const asked = [a.send(), b.send()]
    await pass(10)
    a.handler.calls[0]!.resolve(resultOf(1))
    b.handler.calls[0]!.resolve(resultOf(2))
    expect(await asked[0]!.answer).toEqual(resultOf(1))
    expect(await asked[1]!.answer).toEqual(resultOf(2))
    await pass(2)
    expect((await a.near.stats()).entries).toBe(1)
  })

  it('keep in memory what was loaded when their tier went down meanwhile', async () => {
    const { a, pass } = fleetOf()
    const asked = a.send()
    await pass(10)
    a.far.isDown = true
    a.handler.calls[0]!.resolve(resultOf(1))
    expect(await asked.answer).toEqual(resultOf(1))
    await pass(2)
    expect((await a.near.stats()).entries).toBe(1)
  })

  it('pass the turn on when the caller leaves', async () => {
    const { a, b, pass } = fleetOf()
    const first = a.send()
    await pass(5)
    void b.send()
    await pass(5)
    first.call.abort('left')
    await first.answer.catch(() => {})
    await pass(60)
    expect(b.handler.calls).toHaveLength(1)
  })

  it('answer everybody, and nobody with what was loaded before it was dropped', async () => {
    const step = fc.record({ does: fc.constantFrom('ask', 'answer', 'wait', 'drop'), who: fc.nat(2), ms: fc.nat(40) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const { a, b, join, pass } = fleetOf()
        const members = [a, b, join()] as const
        const answered = new Set<object>()
        const open: Array<Promise<unknown>> = []
        // In the order in which loads begin: what an invalidation comes after is older than it.
        const begun = new Map<object, number>()
        const look = () => {
          for (const { handler } of members)
            for (const one of handler.calls) if (!begun.has(one)) begun.set(one, begun.size + 1)
        }
        let floor = 0
        const answer = (member: (typeof members)[number]) => {
          look()
          const next = member.handler.calls.find((one) => !answered.has(one))
          if (next === undefined) return
          answered.add(next)
          next.resolve({ content: [], n: begun.get(next) })
        }
        for (const { does, who, ms } of steps) {
          const member = members[who] as (typeof members)[number]
          if (does === 'ask') {
            const least = floor
            open.push(member.send().answer.then(({ n }) => expect(n).toBeGreaterThan(least)))
          } else if (does === 'answer') answer(member)
          else if (does === 'drop') {
            look()
            floor = begun.size
            for (const one of members) await one.cache.invalidate({ tags: ['t'] })
          } else await pass(ms)
          await settle()
          look()
        }
        for (let round = 0; round < 12; round += 1) {
          for (const member of members) answer(member)
          await pass(60)
        }
        await Promise.all(open)
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

/** Any entry, as a cache makes it. */
const entryIn = async (member: ReturnType<ReturnType<typeof fleetOf>['join']>) => {
  const loaded = member.send({ input: { other: true } })
  await settle()
  member.handler.calls[0]!.resolve(resultOf(7))
  await loaded.answer
  await settle()
  const [entry] = [...(await entriesOf(member))]
  return entry!
}

const entriesOf = async ({ cache, store }: ReturnType<ReturnType<typeof fleetOf>['join']>) => {
  const key = cache.keyOf(fakeCall({ input: { other: true } }))!
  const entry = await store.get(key)
  return entry === undefined ? [] : [entry]
}
