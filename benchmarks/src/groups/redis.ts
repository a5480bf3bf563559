import type { Case, Group } from '../case.ts'
import { peer } from '../case.ts'
import { atOnce, steadySampling } from '../callers.ts'
import { server } from '../peers/redis.ts'

/** Reads the same thing once. */
type Read = () => Promise<unknown>

const callOf = async () => {
  const { fakeCall } = await import('@millrace/core/testing')
  return fakeCall({ input: { q: 'a city' }, traits: { readOnly: true } })
}

const resultOf = (bytes: number) => ({ content: [{ type: 'text', text: 'x'.repeat(bytes - 40) }] })

/** A hit of `cached()`, or of its store alone. */
const ours =
  (bytes: number, part: 'cached' | 'store', format: 'json' | 'messagepack' = 'json') =>
  async (): Promise<Read> => {
    const [{ cached }, { redis, redisStore }] = await Promise.all([
      import('@millrace/cache'),
      import('@millrace/redis'),
    ])
    const store = redisStore({ redis: redis({ connection: (await server()).url }), format })
    const cache = cached({ ttlMs: 3_600_000, store, storeTimeoutMs: 60_000 })
    const call = await callOf()
    await cache(call, async () => resultOf(bytes))
    const key = cache.keyOf(call) as string
    const never = async (): Promise<never> => {
      throw new Error('it should have been there')
    }
    for (let tries = 0; (await store.get(key)) === undefined && tries < 1_000; tries += 1)
      await new Promise(setImmediate)
    return part === 'store' ? async () => store.get(key) : () => cache(call, never)
  }

/** What a hit is measured by: `GET` of as many bytes, of whoever has them to parse. */
const bare = (bytes: number, isParsed: boolean) => async (): Promise<Read> => {
  const { default: ioredis } = await peer(() => import('ioredis'))
  const client = new ioredis.Redis((await server()).url)
  await client.set('k', JSON.stringify(resultOf(bytes)))
  return isParsed ? async () => JSON.parse((await client.get('k')) ?? '') as unknown : () => client.get('k')
}

/** So many reads, that many at a time. */
const reading = (read: Read, callers: number) =>
  atOnce(callers, async () => {
    if ((await read()) === null) throw new Error('it should have been there')
  })

const row = (size: string, callers: number, name: string, open: () => Promise<Read>): Case => ({
  name: `${size}, ${callers} at a time: ${name}`,
  base: `${size}, ${callers} at a time: GET of ioredis`,
  sampling: steadySampling,
  setup: async () => reading(await open(), callers),
})

const rows = (size: string, bytes: number, callers: number): readonly Case[] => [
  row(size, callers, 'GET of ioredis', bare(bytes, false)),
  row(size, callers, 'GET of ioredis, parsed', bare(bytes, true)),
  row(size, callers, 'redisStore.get', ours(bytes, 'store')),
  row(size, callers, 'redisStore.get, MessagePack', ours(bytes, 'store', 'messagepack')),
  row(size, callers, 'a hit of cached()', ours(bytes, 'cached')),
]

const times = (size: string, callers: number, name: string, bar?: number) => ({
  name: `${size}, ${callers} at a time: ${name}, times a GET of ioredis`,
  of: `${size}, ${callers} at a time: ${name}`,
  with: `${size}, ${callers} at a time: GET of ioredis`,
  as: 'times' as const,
  ...(bar === undefined ? {} : { bar }),
})

/** What a result kept in Redis costs, by what the way there and back costs. */
export const group: Group = {
  name: 'redis',
  module: import.meta.url,
  cases: [...rows('1 KB', 1_024, 1), ...rows('10 KB', 10_240, 1), ...rows('1 KB', 1_024, 50)],
  comparisons: [
    times('1 KB', 1, 'redisStore.get', 1.3),
    times('1 KB', 1, 'a hit of cached()', 1.3),
    times('10 KB', 1, 'redisStore.get', 1.3),
    times('10 KB', 1, 'a hit of cached()', 1.3),
    times('1 KB', 50, 'a hit of cached()'),
  ],
}
