import type { Lease, Store } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { eventually, failureOf, world } from '../fixtures/world.ts'
import { redisStore } from './redisStore.ts'
import type { RedisStoreOptions } from './options.ts'

const here = world()
const full = world({ 'maxmemory-policy': 'noeviction' })
let count = 0

/** Two processes' stores of one namespace. */
const pair = (options: Partial<RedisStoreOptions> = {}, on = here) => {
  count += 1
  const redis = on.open()
  const own = { namespace: `leases-${count}`, leaseMs: 60_000, ...options }
  const [a, b] = [redisStore({ redis, ...own }), redisStore({ redis: on.open(), ...own })] as [Store, Store]
  return { a, b, run: redis.connection.run.bind(redis.connection), root: `leases-${count}` }
}

const granted = async (store: Store, key = 'k'): Promise<Lease> => {
  const leased = await store.lease!(key, undefined)
  if (leased?.state !== 'granted') throw new Error(`the lease is ${leased?.state}`)
  return leased.lease
}

const stateOf = async (store: Store, key = 'k') => (await store.lease!(key, undefined))?.state

describe('a lease of a store', () => {
  it('is had by one at a time, and ends with an entry, which the next one gets', async () => {
    const { a, b, run, root } = pair()
    const lease = await granted(a)
    expect([await stateOf(a), await stateOf(b), await stateOf(b, 'other')]).toEqual(['taken', 'taken', 'granted'])
    const entry = entryOf({ tags: ['t'] })
    expect(await lease.set(entry)).toBe(true)
    expect(await b.lease!('k', undefined)).toEqual({ state: 'stored', entry })
    expect(await b.invalidate({ tags: ['t'] })).toBe(1)
    expect(await stateOf(b)).toBe('granted')
    expect(await run((client) => client.pttl(`${root}:l:{${root}:e:k:k}`))).toBeGreaterThan(50_000)
  })

  it('is given where the entry is the known one, or no longer fresh', async () => {
    const { a, b } = pair()
    const entry = entryOf()
    await a.set('k', entry)
    expect((await b.lease!('k', entry))?.state).toBe('granted')
    await a.set('old', entryOf({ freshUntil: Date.now() - 1 }))
    expect(await stateOf(b, 'old')).toBe('granted')
  })

  it('lasts as long as it is renewed', async () => {
    const { a, b } = pair({ leaseMs: 200 })
    const lease = await granted(a)
    expect(lease.renewMs).toBeLessThan(100)
    const until = performance.now() + 500
    while (performance.now() < until) {
      expect(await lease.renew()).toBe(true)
      expect(await stateOf(b)).toBe('taken')
    }
    await eventually(async () => (await stateOf(b)) === 'granted', 'it has ended')
    expect(await lease.renew()).toBe(false)
  })

  it('that has ended writes nothing and ends nothing, also when another has had the key since', async () => {
    const { a, b } = pair({ leaseMs: 100 })
    const late = await granted(a)
    await eventually(async () => (await stateOf(b, 'k')) === 'granted', 'another has it')
    expect(await late.set(entryOf())).toBe('over')
    await late.release(true)
    expect(await stateOf(a)).toBe('taken')
    expect(await a.get('k')).toBeUndefined()
  })

  it('is passed on, or told to be for nothing', async () => {
    const { a, b } = pair()
    await (await granted(a)).release(true)
    await (await granted(b)).release(false)
    expect([await stateOf(a), await stateOf(b)]).toEqual(['free', 'free'])
    await eventually(async () => (await stateOf(a)) === 'granted', 'there are turns again')
  })

  it.each<[string, (store: Store) => unknown]>([
    ['deleted', (store) => store.delete('k')],
    ['dropped by tag', (store) => store.invalidate({ tags: ['t'] })],
    ['dropped by pattern', (store) => store.invalidate({ pattern: '*' })],
    ['dropped with everything', (store) => store.clear()],
  ])('ends when its entry is %s, so that what is being loaded anew is not kept', async (_, drop) => {
    const { a, b } = pair()
    const entry = entryOf({ tags: ['t'], target: 'x', freshUntil: Date.now() - 1 })
    await a.set('k', entry)
    const lease = await granted(a)
    await drop(b)
    expect(await lease.set(entryOf())).toBe('over')
    expect(await b.get('k')).toBeUndefined()
  })

  it('is not to be had for what is too large to be kept: others load it for themselves', async () => {
    const { a, b } = pair({ maxEntryBytes: 500 })
    await a.set('k', entryOf({ freshUntil: Date.now() - 1 }))
    expect(await (await granted(a)).set(entryOf({ result: { text: 'x'.repeat(1_000) } }))).toBe(false)
    expect(await stateOf(b)).toBe('free')
    expect(await b.get('k')).toBeUndefined()
  })

  it('is given in place of garbage', async () => {
    const { a, run, root } = pair()
    const name = `${root}:l:{${root}:e:k:k}`
    await run((client) => client.sadd(name, 'garbage'))
    expect(await stateOf(a)).toBe('granted')
    await run((client) => client.set(name, 'garbage without end'))
    expect(await stateOf(a)).toBe('granted')
    await run((client) => client.del(name))
    await run((client) => client.sadd(`${root}:e:k:k`, 'garbage'))
    const lease = await granted(a)
    expect(await lease.set(entryOf())).toBe(true)
    await run((client) => client.set(`${root}:e:k:k`, 'garbage'))
    expect(await stateOf(a)).toBe('granted')
  })

  it('works after Redis has forgotten its scripts', async () => {
    const { a, b, run } = pair()
    const lease = await granted(a)
    await run((client) => client.script('FLUSH'))
    expect(await lease.renew()).toBe(true)
    await run((client) => client.script('FLUSH'))
    expect(await lease.set(entryOf())).toBe(true)
    await run((client) => client.script('FLUSH'))
    expect(await stateOf(b)).toBe('stored')
  })

  it('in a full Redis keeps nothing, and keeps nobody waiting', async () => {
    const { a, b, run } = pair({}, full)
    const lease = await granted(a)
    const other = await granted(a, 'other')
    await run((client) => client.config('SET', 'maxmemory', '1'))
    expect(await lease.set(entryOf())).toBe(false)
    await other.release(false)
    expect([await stateOf(b), await stateOf(b, 'other')]).toEqual(['free', 'free'])
    expect(await failureOf(Promise.resolve(b.lease!('third', undefined)))).toMatchObject({
      message: expect.stringContaining('OOM') as string,
    })
  })
})

it.each<[unknown, string]>([
  [99, 'redisStore.leaseMs must be an integer ≥ 100 or false, got 99'],
  [true, 'redisStore.leaseMs must be an integer ≥ 100 or false, got true'],
])('%s is no lease', (leaseMs, message) => {
  expect(() => redisStore({ redis: here.open(), leaseMs } as never)).toThrow(message)
})

it('a store without leases has none', () => {
  expect(redisStore({ redis: here.open() }).lease).toBeUndefined()
})
