import type { Call } from '@millrace/core'
import type { Case, Group } from '../case.ts'
import { onFresh, onFreshSync, parsedAgain } from '../fresh.ts'
import { caches, lruFetch, singleFlights } from '../peers/caches.ts'
import { stores } from '../peers/stores.ts'
import type { Keeping } from '../peers/stores.ts'
import type { Cache, Load, Subject, Value } from '../peers/subject.ts'
import { maxEntries, ttlMs } from '../peers/subject.ts'
import { inputOf, inputs } from '../sdk/tools.ts'
import type { Input } from '../sdk/tools.ts'
import { Stopwatch } from '../stopwatch.ts'

const value: Value = { content: [{ type: 'text', text: 'Springfield (US), population 114394. '.repeat(6) }] }
const callers = 100
/** Crowds that are made ready, and then measured, together. */
const crowdsAtOnce = 10
const ours = caches[0] as Subject

const hit = (subject: Subject, keys = 1000): Case => ({
  name: `hit: ${subject.name}${keys === 1000 ? '' : `, ${keys} keys in turn`}`,
  base: `hit: ${ours.name}`,
  note: subject.note,
  ...(subject === ours && keys === 1000 ? { bar: 0.5 } : {}),
  setup: async () => {
    let loads = 0
    const cache = await subject.open(() => {
      loads += 1
      return Promise.resolve(value)
    })
    const pool = inputs(keys)
    const ask = (index: number) => prepared(cache, pool[index % keys]!())
    for (let index = 0; index < keys; index += 1) await cache.get(ask(index))
    if (loads !== keys) throw new Error(`${loads} loads for ${keys} keys`)
    let asked = 0
    return async (times) => {
      const ns = await onFresh(times, (index) => ask(asked + index), cache.get)
      asked += times
      if (loads !== keys) throw new Error('a hit was loaded')
      return ns
    }
  },
})

const prepared = (cache: Cache, input: Input): never => (cache.prepare?.(input) ?? input) as never

/** Callers who all ask for something new at once; the load answers when the last one has asked. */
const crowd = (subject: Subject): Case => ({
  name: `${callers} callers, one missing key: ${subject.name}`,
  base: `${callers} callers, one missing key: ${ours.name}`,
  note: subject.note,
  ...(subject === ours ? { bar: 40 } : {}),
  setup: async () => {
    let loads = 0
    let answer: Promise<Value> = Promise.resolve(value)
    const load: Load = () => {
      loads += 1
      return answer
    }
    const cache = await subject.open(load)
    let keys = 0
    const arrive = (): never[] => {
      keys += 1
      const make = parsedAgain(inputOf(keys))
      return Array.from({ length: callers }, () => prepared(cache, make()))
    }
    const askAtOnce = async (asked: readonly never[]): Promise<void> => {
      let release: (value: Value) => void = () => {}
      answer = new Promise((resolve) => {
        release = resolve
      })
      const answers = Promise.all(asked.map((one) => cache.get(one) as Promise<Value>))
      release(value)
      await answers
    }
    return async (times) => {
      const watch = new Stopwatch()
      for (let done = 0; done < times; done += crowdsAtOnce) {
        const crowds = Array.from({ length: Math.min(crowdsAtOnce, times - done) }, arrive)
        watch.start()
        for (const asked of crowds) await askAtOnce(asked)
        watch.stop()
      }
      if (loads !== keys) throw new Error(`${loads} loads for ${keys} keys`)
      return watch.ns
    }
  },
})

/** The parts of a hit of ours, each alone. */
const parts = async () => {
  const { cached, memoryStore } = await import('@millrace/cache')
  const { fakeCall } = await import('@millrace/core/testing')
  const store = memoryStore({ maxEntries })
  const middleware = cached({ ttlMs, store })
  const pool = inputs()
  const call = (index: number) => fakeCall({ target: 'search', input: pool[index % pool.length]!() })
  for (let index = 0; index < pool.length; index += 1) {
    await middleware(call(index), () => Promise.resolve(value as never))
  }
  return { call, keyOf: (one: Call) => middleware.keyOf(one) as string, store }
}

const keying: Case = {
  name: 'hit: cached().keyOf alone',
  base: `hit: ${ours.name}`,
  note: 'the key, without middleware and store',
  setup: async () => {
    const { call, keyOf } = await parts()
    return (times) => onFreshSync(times, call, keyOf)
  },
}

const reading: Case = {
  name: 'hit: memoryStore().get alone',
  base: `hit: ${ours.name}`,
  note: 'without key and middleware',
  setup: async () => {
    const { call, keyOf, store } = await parts()
    return (times) =>
      onFreshSync(
        times,
        (index) => keyOf(call(index)),
        (key) => store.get(key),
      )
  },
}

const setting = ({ name, note, open }: Keeping): Case => ({
  name: `set: ${name}`,
  base: `set: ${stores[0]?.name}`,
  ...(note === undefined ? {} : { note }),
  setup: async () => {
    const set = await open()
    const pool = inputs()
    const keyOf = (index: number) => JSON.stringify(pool[index % pool.length]!())
    return (times) => onFresh(times, keyOf, (key) => set(key, value))
  },
})

/** What a cache costs that lives in the process. */
export const group: Group = {
  name: 'cache',
  module: import.meta.url,
  cases: [
    hit(ours),
    keying,
    reading,
    ...caches.slice(1).map((one) => hit(one)),
    ...[ours, lruFetch].map((one) => hit(one, 8000)),
    ...singleFlights.map(crowd),
    ...stores.map(setting),
  ],
  comparisons: [
    {
      name: 'hit: cached() less its key',
      of: `hit: ${ours.name}`,
      with: keying.name,
      as: 'added',
    },
  ],
}
