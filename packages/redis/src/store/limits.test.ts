import { manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { eventually, world } from '../fixtures/world.ts'
import { redisStore } from './redisStore.ts'

const here = world()
const full = world({ maxmemory: '3mb', 'maxmemory-policy': 'noeviction' })

describe('what a store keeps', () => {
  it('is bounded in size, and what was there before is gone all the same', async () => {
    const store = redisStore({ redis: here.open(), namespace: 'size', maxEntryBytes: 1_000 })
    expect(await store.set('k', entryOf())).toBe(true)
    expect(await store.set('k', entryOf({ result: { text: 'x'.repeat(2_000) } }))).toBe(false)
    expect(await store.get('k')).toBeUndefined()
  })

  it('is forgotten by Redis when its time is over', async () => {
    const redis = here.open()
    const store = redisStore({ redis, namespace: 'time' })
    await store.set('k', entryOf({ keptUntil: Date.now() + 60_000, tags: ['t'] }))
    const left = await redis.connection.run((client) => client.pttl('time:e:k:k'))
    expect(left).toBeGreaterThan(50_000)
    expect(left).toBeLessThanOrEqual(60_001)
    expect(await redis.connection.run((client) => client.pttl('time:t:t'))).toBeGreaterThan(50_000)
    await store.set('other', entryOf({ keptUntil: Date.now() + 600_000, tags: ['t'] }))
    await store.set('short', entryOf({ keptUntil: Date.now() + 20, tags: ['t'] }))
    expect(await redis.connection.run((client) => client.pttl('time:t:t'))).toBeGreaterThan(500_000)
    await eventually(async () => (await store.stats()).entries === 2, 'Redis has dropped the short one')
    await store.set('one more', entryOf({ tags: ['t'] }))
    const members = await redis.connection.run((client) => client.zrange('time:t:t', '0', '-1'))
    expect(members.toSorted()).toEqual(['time:e:k:k', 'time:e:k:one more', 'time:e:k:other'])
  })

  it('stays in its namespace', async () => {
    const redis = here.open()
    const [a, b] = ['ns', 'ns.b'].map((namespace) => redisStore({ redis: redis.connection, namespace }))
    await a!.set('k', entryOf({ result: { n: 1 } }))
    await b!.set('k', entryOf({ result: { n: 2 } }))
    expect(await a!.invalidate({})).toBe(1)
    await a!.clear()
    expect((await b!.get('k'))?.result).toEqual({ n: 2 })
  })

  it('is found by every store of the same namespace', async () => {
    const [a, b] = ['json', 'messagepack'].map((format) =>
      redisStore({ redis: here.open(), namespace: 'shared', format: format as 'json' }),
    )
    await a!.set('k', entryOf({ result: { n: 1 }, tags: ['t'] }))
    expect((await b!.get('k'))?.result).toEqual({ n: 1 })
    expect(await b!.invalidate({ tags: ['t'] })).toBe(1)
    expect(await a!.get('k')).toBeUndefined()
  })

  it('is dropped by tags and patterns among thousands, with headers of any length', async () => {
    const redis = here.open()
    const store = redisStore({ redis, namespace: 'many' })
    await redis.connection.run((client) => client.ping())
    const target = (n: number) => `atlas://city/${n}/${'x'.repeat(n % 7 === 0 ? 5_000 : 0)}`
    await Promise.all(
      Array.from({ length: 3_000 }, async (_, n) =>
        store.set(`${n}`, entryOf({ target: target(n), tags: n % 3 === 0 ? ['third'] : [] })),
      ),
    )
    expect(await store.invalidate({ tags: ['third'] })).toBe(1_000)
    expect(await store.invalidate({ pattern: 'atlas://city/*x' })).toBe(286)
    expect(await store.stats()).toMatchObject({ entries: 3_000 - 1_000 - 286 })
    expect(await redis.connection.run((client) => client.exists('many:t:third'))).toBe(0)
    await store.clear()
    expect(await redis.connection.run((client) => client.keys('many:*'))).toEqual([])
  })

  it('is estimated when counting all of it takes too long', async () => {
    const redis = here.open()
    const clock = manualClock()
    const store = redisStore({ redis, namespace: 'estimate', clock })
    await redis.connection.run((client) => client.flushall())
    await Promise.all(Array.from({ length: 4_000 }, async (_, n) => store.set(`${n}`, entryOf({}, clock.now()))))
    const counting = store.stats()
    await eventually(() => {
      clock.advance(60)
      return redis.connection.stats().inFlight === 0
    }, 'it has counted')
    const { entries } = await counting
    expect(entries).toBeGreaterThan(3_000)
    expect(entries).toBeLessThan(5_000)
  })
})

describe('a Redis without room', () => {
  it('keeps nothing new, and nothing old in its place', async () => {
    const redis = full.open()
    const store = redisStore({ redis, namespace: 'full', compressAboveBytes: Infinity })
    await store.set('k', entryOf({ tags: ['t'] }))
    const large = entryOf({ result: { text: 'x'.repeat(100_000) } })
    const answers: boolean[] = []
    for (let n = 0; n < 60 && !answers.includes(false); n += 1) answers.push(await store.set(`large ${n}`, large))
    expect(answers.at(-1)).toBe(false)
    expect(await store.set('k', large)).toBe(false)
    expect(await store.get('k')).toBeUndefined()
    answers.length = 0
    for (let n = 0; n < 60 && !answers.includes(false); n += 1) {
      answers.push(await store.set(`tagged ${n}`, { ...large, tags: ['t'] }))
    }
    expect(answers.at(-1)).toBe(false)
    await store.clear()
    expect(await store.set('k', large)).toBe(true)
  })
})

describe('what is in the place of an entry', () => {
  it.each<[string, (key: string) => readonly [string, ...string[]]]>([
    ['a text', (key) => ['set', key, 'garbage']],
    ['nothing', (key) => ['set', key, '']],
  ])('is a miss when it is %s', async (_, command) => {
    const redis = here.open()
    const store = redisStore({ redis, namespace: 'garbage' })
    const [name, ...args] = command('garbage:e:k:k')
    await redis.connection.run((client) => client.call(name, ...args))
    expect(await store.get('k')).toBeUndefined()
    expect(await store.invalidate({ operation: 'tools/call search' })).toBe(0)
    expect(await store.set('k', entryOf({ tags: ['t'] }))).toBe(true)
    expect(await store.get('k')).toBeDefined()
  })

  it('is in nobody’s way when it is of another type', async () => {
    const redis = here.open()
    const store = redisStore({ redis, namespace: 'list' })
    await redis.connection.run((client) => client.rpush('list:e:k:k', 'x'))
    await store.set('other', entryOf({ target: 'a' }))
    expect(await store.get('k')).toBeUndefined()
    expect(await store.stats()).toMatchObject({ entries: 1 })
    expect(await store.invalidate({ pattern: '*' })).toBe(1)
    await store.set('k', entryOf())
    expect(await store.get('k')).toBeDefined()
  })

  it('is an error when Redis is not there', async () => {
    const store = redisStore({ redis: here.open({ connection: { host: '127.0.0.1', port: 1 } }) })
    for (const answer of [
      store.get('k'),
      store.set('k', entryOf()),
      store.delete('k'),
      store.invalidate({}),
      store.stats(),
    ]) {
      await expect(answer).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
    }
  })
})

it.each<[string, object, string]>([
  ['no connection', {}, 'redisStore.redis must be what redis() gives, got undefined'],
  ['another thing', { redis: 'redis://localhost' }, 'redisStore.redis must be what redis() gives'],
  [
    'a namespace with a star',
    { redis: {}, namespace: 'a*' },
    "redisStore.namespace must be letters, digits, '.', '_' and '-'",
  ],
  ['another format', { redis: {}, format: 'xml' }, "redisStore.format must be one of 'json', 'messagepack'"],
])('%s is refused in one sentence', (_, options, message) => {
  expect(() => redisStore(options as never)).toThrow(message)
})
