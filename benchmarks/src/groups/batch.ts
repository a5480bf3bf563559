import type { Group, Run } from '../case.ts'
import { peer } from '../case.ts'

const keys: readonly number[] = Array.from({ length: 100 }, (_, key) => key)
const items: readonly number[] = Array.from({ length: 1000 }, (_, item) => item)
const maxConcurrent = 8

/** What stands in for a query: answers in a tick. */
const query = async (asked: readonly number[]): Promise<readonly number[]> => asked.map((key) => key * 2)

const work = async (item: number): Promise<number> => item * 2

/** Runs something that is awaited, again and again. */
const each =
  (once: () => Promise<unknown>): Run =>
  async (times) => {
    for (let at = 0; at < times; at += 1) await once()
  }

/** A context as an SDK makes it for a request. */
const context = () => ({ mcpReq: { signal: new AbortController().signal } })

/** What batching costs, next to the libraries it stands on. */
export const group: Group = {
  name: 'batch',
  module: import.meta.url,
  cases: [
    {
      name: '100 keys, one call: loader()',
      base: '100 keys, one call: dataloader 2.2',
      note: 'one DataLoader for the call, found by its context',
      setup: async () => {
        const { loader } = await import('@millrace/batch')
        const numbers = loader(query)
        return each(() => {
          const ctx = context()
          return Promise.all(keys.map((key) => numbers.load(key, ctx)))
        })
      },
    },
    {
      name: '100 keys, one call: dataloader 2.2',
      note: 'a new DataLoader for each call',
      setup: async () => {
        const { default: DataLoader } = await peer(() => import('dataloader'))
        return each(() => {
          const numbers = new DataLoader(query)
          context()
          return Promise.all(keys.map((key) => numbers.load(key)))
        })
      },
    },
    {
      name: '100 calls, one key each: loader({ share })',
      base: '100 calls, one key each: dataloader 2.2',
      note: 'each call is listened to, so that it may leave',
      setup: async () => {
        const { loader } = await import('@millrace/batch')
        const numbers = loader(query, { share: true })
        return each(() => Promise.all(keys.map((key) => numbers.load(key, context()))))
      },
    },
    {
      name: '100 calls, one key each: loader({ share }), a Call',
      base: '100 calls, one key each: dataloader 2.2',
      note: 'calls whose cancellation needs no AbortSignal',
      setup: async () => {
        const { loader } = await import('@millrace/batch')
        const { fakeCall } = await import('@millrace/core/testing')
        const numbers = loader(query, { share: true })
        return each(() => Promise.all(keys.map((key) => numbers.load(key, fakeCall()))))
      },
    },
    {
      name: '100 calls, one key each: dataloader 2.2',
      note: 'one for all calls, cache: false; nobody can leave',
      setup: async () => {
        const { default: DataLoader } = await peer(() => import('dataloader'))
        const numbers = new DataLoader(query, { cache: false })
        return each(() =>
          Promise.all(
            keys.map((key) => {
              context()
              return numbers.load(key)
            }),
          ),
        )
      },
    },
    {
      name: '100 items in tens: batcher()',
      setup: async () => {
        const { batcher } = await import('@millrace/batch')
        const numbers = batcher(query, { maxSize: 10 })
        return each(() => Promise.all(keys.map((key) => numbers.add(key))))
      },
    },
    {
      name: '100 items in tens: dataloader 2.2',
      base: '100 items in tens: batcher()',
      note: 'maxBatchSize 10, cache: false; has no window of time',
      setup: async () => {
        const { default: DataLoader } = await peer(() => import('dataloader'))
        const numbers = new DataLoader(query, { cache: false, maxBatchSize: 10 })
        return each(() => Promise.all(keys.map((key) => numbers.load(key))))
      },
    },
    {
      name: '1,000 items by 8: mapLimit()',
      base: '1,000 items by 8: p-limit 7.3',
      note: 'stands on p-limit',
      setup: async () => {
        const { mapLimit } = await import('@millrace/batch')
        return each(() => mapLimit(items, work, { maxConcurrent, call: context() }))
      },
    },
    {
      name: '1,000 items by 8: p-limit 7.3',
      note: 'no abort, no progress',
      setup: async () => {
        const { default: pLimit } = await peer(() => import('p-limit'))
        return each(() => pLimit(maxConcurrent).map(items, work))
      },
    },
    {
      name: '1,000 items by 8: p-map 7.0',
      base: '1,000 items by 8: p-limit 7.3',
      note: 'with a signal',
      setup: async () => {
        const { default: pMap } = await peer(() => import('p-map'))
        return each(() => pMap(items, work, { concurrency: maxConcurrent, signal: context().mcpReq.signal }))
      },
    },
  ],
}
