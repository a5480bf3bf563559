import fc from 'fast-check'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventually, failureOf, world } from '../fixtures/world.ts'
import { eventIdOf, parsedId } from './eventId.ts'
import { redisEventStore } from './redisEventStore.ts'
import type { RedisEventStore } from './redisEventStore.ts'

const here = world()

const replayed = async (store: RedisEventStore, lastEventId: string) => {
  const events: Array<{ readonly id: string; readonly message: unknown }> = []
  const streamId = await store.replayEventsAfter(lastEventId, {
    send: async (id, message) => void events.push({ id, message }),
  })
  return { streamId, ids: events.map(({ id }) => id), messages: events.map(({ message }) => message) }
}

const namespace = 'events'

describe('the events of a session', () => {
  it('come again in order on another process, those of one stream alone, under their own ids', async () => {
    const store = redisEventStore({ redis: here.open(), namespace })
    const first = await store.storeEvent('a', { n: 1 })
    await store.storeEvent('b', { n: 2 })
    const last = await store.storeEvent('a', { n: 3 })
    await store.storeEvent('a', {})
    const other = redisEventStore({ redis: here.open(), namespace })
    expect(await other.getStreamIdForEventId(first)).toBe('a')
    expect(await replayed(other, first)).toEqual({ streamId: 'a', messages: [{ n: 3 }], ids: [last] })
    expect(await replayed(other, last)).toEqual({ streamId: 'a', messages: [], ids: [] })
  })

  it('go on where they have come to, so that those of both processes come again', async () => {
    const [a, b, c] = [1, 2, 3].map(() => redisEventStore({ redis: here.open(), namespace })) as [
      RedisEventStore,
      RedisEventStore,
      RedisEventStore,
    ]
    const first = await a.storeEvent('a', { n: 1 })
    await a.storeEvent('a', { n: 2 })
    await replayed(b, first)
    await b.storeEvent('a', { n: 3 })
    expect((await replayed(c, first)).messages).toEqual([{ n: 2 }, { n: 3 }])
  })

  it('are only so many, and are forgotten after the last one, or when somebody says so', async () => {
    const redis = here.open()
    const store = redisEventStore({ redis, session: 'few', namespace, maxEvents: 2, idleMs: 60_000 })
    const first = await store.storeEvent('a', { n: 1 })
    for (let n = 2; n <= 5; n += 1) await store.storeEvent('a', { n })
    expect((await replayed(store, first)).messages).toEqual([{ n: 4 }, { n: 5 }])
    expect(await redis.connection.run((client) => client.pttl('events:v:few'))).toBeGreaterThan(50_000)
    await store.forget()
    expect((await replayed(store, first)).messages).toEqual([])
  })

  it('that are too large are sent and not kept', async () => {
    const store = redisEventStore({ redis: here.open(), namespace, maxEventBytes: 100 })
    const first = await store.storeEvent('a', { n: 1 })
    const large = await store.storeEvent('a', { text: 'x'.repeat(200) })
    expect(large).not.toBe(first)
    await store.storeEvent('a', { n: 3 })
    expect((await replayed(store, first)).messages).toEqual([{ n: 3 }])
    expect((await replayed(store, large)).messages).toEqual([{ n: 3 }])
  })

  it.each(['nonsense', '', 'a/b/c/d', '%/1-1/0/a', 'a/1-1/0/%', 'a/1-1/0/', '/1-1/0/a'])(
    'are none after %j, an id that was never given',
    async (id) => {
      const store = redisEventStore({ redis: here.open(), namespace })
      await store.storeEvent('a', { n: 1 })
      expect(await store.getStreamIdForEventId(id)).toBeUndefined()
      expect(await replayed(store, id)).toEqual({ streamId: '', messages: [], ids: [] })
    },
  )

  it('of another session are not told where the session is known', async () => {
    const [ann, bob] = ['ann', 'bob'].map((session) => redisEventStore({ redis: here.open(), namespace, session }))
    const id = await ann!.storeEvent('a', { n: 1 })
    await ann!.storeEvent('a', { n: 2 })
    expect(await bob!.getStreamIdForEventId(id)).toBeUndefined()
    expect((await replayed(bob!, id)).messages).toEqual([])
    expect((await replayed(ann!, id)).messages).toEqual([{ n: 2 }])
  })

  it('that Redis has from somebody else are no messages', async () => {
    const redis = here.open()
    const store = redisEventStore({ redis, namespace, session: 'garbage' })
    const first = await store.storeEvent('a', { n: 1 })
    for (const json of ['garbage', 'null', '[]', '{}', '7']) {
      await redis.connection.run((client) => client.xadd('events:v:garbage', '*', 's', 'a', 'm', json))
    }
    await redis.connection.run((client) => client.xadd('events:v:garbage', '*', 's', 'a'))
    expect((await replayed(store, first)).messages).toEqual([])
    await redis.connection.run((client) => client.set('events:v:garbage', 'garbage'))
    expect(parsedId(await store.storeEvent('a', { n: 2 }))).toMatchObject({ unkept: 1 })
  })
})

describe('while Redis fails', () => {
  it.each(['refuse', 'freeze', 'halfOpen'] as const)(
    '(%s) events are sent, each with an id of its own',
    async (fault) => {
      const bounds = { commandMs: 200, silenceMs: 400, connectMs: 1_000, maxPauseMs: 50 }
      const { resource, proxy } = await here.openThrough(bounds)
      const clock = manualClock()
      const store = redisEventStore({ redis: resource, namespace, clock })
      const before = await store.storeEvent('a', { n: 1 })
      await proxy[fault]()
      if (fault === 'refuse') proxy.reset()
      const startedAt = performance.now()
      const during: string[] = []
      for (let n = 2; n < 20; n += 1) during.push(await store.storeEvent('a', { n }))
      expect(performance.now() - startedAt, 'only the first waits').toBeLessThan(1_500)
      expect(new Set([before, ...during]).size).toBe(19)
      if (fault !== 'halfOpen') expect(await failureOf(replayed(store, before))).toBeDefined()
      await proxy.heal()
      clock.advance(1_001)
      await eventually(async () => {
        clock.advance(1_001)
        return parsedId(await store.storeEvent('a', { isBack: true }))?.unkept === 0
      }, 'it keeps events again')
      for (const id of [before, ...during]) {
        expect((await replayed(store, id)).messages.at(-1)).toEqual({ isBack: true })
      }
    },
  )
})

it('what is in an id comes out of it again, whatever it is', () => {
  const id = fc.record({
    session: fc.string({ minLength: 1, unit: 'grapheme' }),
    at: fc.tuple(fc.nat(), fc.nat()).map(([ms, n]) => `${ms}-${n}`),
    unkept: fc.nat(),
    streamId: fc.string({ minLength: 1, unit: 'grapheme' }),
  })
  fc.assert(
    fc.property(id, (one) => {
      expect(parsedId(eventIdOf(one))).toEqual(one)
    }),
  )
  fc.assert(
    fc.property(id, (one) => {
      expect(eventIdOf(one)).toMatch(/^[\x21-\x7e]+$/)
    }),
  )
})

it.each<[object, string]>([
  [{}, 'redisEventStore.redis must be what redis() gives, got undefined'],
  [{ redis: {}, maxEvents: 0 }, 'redisEventStore.maxEvents must be an integer ≥ 1, got 0'],
])('%j is refused in one sentence', (options, message) => {
  expect(() => redisEventStore(options as never)).toThrow(message)
})
