import assert from 'node:assert/strict'
import type { Clock } from '../clock.ts'
import type { Entry, Match, Maybe, Store } from '../store.ts'
import type { ContractCase } from './contractCase.ts'
import { manualClock } from './manualClock.ts'

/**
 * What every store owes the cache, as cases for a test runner:
 * `for (const { name, run } of storeContract((clock) => memoryStore({ clock }))) it(name, run)`.
 *
 * @param make a new, empty store on the given clock, with room for a thousand small entries; closed after each case
 */
export const storeContract = (make: (clock: Clock) => Maybe<Store>): readonly ContractCase[] => {
  const given = (name: string, body: (store: Store, advance: (ms: number) => void) => Promise<void>): ContractCase => ({
    name,
    run: async () => {
      const clock = manualClock(start)
      const store = await make(clock)
      try {
        await body(store, (ms) => clock.advance(ms))
      } finally {
        await store.close?.()
      }
    },
  })
  return [
    given('has nothing for a key it was never given', async (store) => {
      for (const key of oddNames) assert.equal(await store.get(key), undefined)
    }),
    given('gives back what it was given, whatever the key looks like', async (store) => {
      const keys = [...oddNames, 'a', 'A', 'a ', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`]
      for (const key of keys) await store.set(key, entry({ result: { key } }))
      for (const key of keys) assert.deepEqual(await store.get(key), entry({ result: { key } }))
    }),
    given('gives back every field of an entry and every value of JSON', async (store) => {
      const full = entry({
        result: { content: [{ type: 'text', text: 'é 🔑\u0000\u2028' }], n: [0, -1.5, 1e21, null, true, {}], '': '' },
        principal: 'ann',
        target: 'search',
        tags: ['red', ''],
      })
      await store.set('k', full)
      assert.deepEqual(await store.get('k'), full)
    }),
    given('keeps the newest of two entries for a key', async (store) => {
      await store.set('k', entry({ result: { n: 1 } }))
      await store.set('k', entry({ result: { n: 2 } }))
      assert.deepEqual((await store.get('k'))?.result, { n: 2 })
      assert.equal((await store.stats()).entries, 1)
    }),
    given('gives an entry that is stale but kept, and none that is past keptUntil', async (store, advance) => {
      await store.set('k', entry({ freshUntil: start + 60_000, keptUntil: start + 120_000 }))
      advance(119_000)
      assert.notEqual(await store.get('k'), undefined)
      advance(1_001)
      assert.equal(await store.get('k'), undefined)
    }),
    given('gives a replaced entry the life of its replacement', async (store, advance) => {
      await store.set('k', entry({ freshUntil: start + 60_000, keptUntil: start + 60_000 }))
      await store.set('k', entry({ freshUntil: start + 120_000, keptUntil: start + 120_000 }))
      advance(90_000)
      assert.notEqual(await store.get('k'), undefined)
    }),
    given('keeps an entry that never ends', async (store, advance) => {
      const end = Number.MAX_SAFE_INTEGER
      await store.set('k', entry({ freshUntil: end, keptUntil: end }))
      advance(2 ** 32)
      assert.equal((await store.get('k'))?.keptUntil, end)
    }),
    given('says whether it keeps what it is given', async (store) => {
      assert.equal(await store.set('k', entry({})), true)
      assert.equal(await store.set('ended', entry({ freshUntil: start - 1, keptUntil: start - 1 })), false)
    }),
    given('forgets a deleted key, and says whether there was one', async (store) => {
      await store.set('k', entry({}))
      assert.equal(await store.delete('k'), true)
      assert.equal(await store.delete('k'), false)
      assert.equal(await store.get('k'), undefined)
      assert.equal((await store.stats()).entries, 0)
    }),
    ...invalidations.map(({ name, match, left }) =>
      given(`invalidates ${name}`, async (store) => {
        for (const one of sample) await store.set(one.key, one.entry)
        assert.equal(await store.invalidate(match), sample.length - left.length)
        assert.deepEqual(await keysIn(store), left)
      }),
    ),
    given('invalidates nothing by patterns whose other characters mean themselves', async (store) => {
      for (const one of sample) await store.set(one.key, one.entry)
      for (const pattern of literalPatterns) assert.equal(await store.invalidate({ pattern }), 0, pattern)
    }),
    given('invalidates by tags, principals and operations that look like properties of objects', async (store) => {
      for (const name of oddNames) {
        await store.set('k', entry({ tags: [name], principal: name, operation: name }))
        assert.equal(await store.invalidate({ tags: ['other'] }), 0)
        assert.equal(await store.invalidate({ tags: [name], principal: name, operation: name }), 1)
        assert.equal(await store.get('k'), undefined)
      }
    }),
    given('does not match a tag of an entry that has been replaced', async (store) => {
      await store.set('k', entry({ tags: ['old'] }))
      await store.set('k', entry({ tags: ['new'] }))
      assert.equal(await store.invalidate({ tags: ['old'] }), 0)
      assert.notEqual(await store.get('k'), undefined)
    }),
    given('does not match a tag of an entry that has been deleted', async (store) => {
      await store.set('k', entry({ tags: ['old'] }))
      await store.delete('k')
      await store.set('k', entry({ tags: [] }))
      assert.equal(await store.invalidate({ tags: ['old'] }), 0)
      assert.notEqual(await store.get('k'), undefined)
    }),
    given('is empty after clear, and usable', async (store) => {
      for (const one of sample) await store.set(one.key, one.entry)
      await store.clear()
      assert.deepEqual(await keysIn(store), [])
      const { entries, bytes } = await store.stats()
      assert.deepEqual({ entries, bytes }, { entries: 0, bytes: 0 })
      await store.set('a', entry({ tags: [] }))
      assert.equal(await store.invalidate({ tags: ['red'] }), 0)
      assert.deepEqual(await keysIn(store), ['a'])
    }),
    given('keeps a thousand entries apart', async (store) => {
      const keys = Array.from({ length: 1000 }, (_, index) => `key ${index}`)
      await Promise.all(keys.map(async (key) => store.set(key, entry({ result: { key } }))))
      const results = await Promise.all(keys.map(async (key) => (await store.get(key))?.result['key']))
      assert.deepEqual(results, keys)
      assert.equal((await store.stats()).entries, 1000)
    }),
  ]
}

const start = 1000

const entry = (changes: Partial<Entry>): Entry => ({
  result: { content: [] },
  storedAt: start,
  freshUntil: start + 60_000,
  keptUntil: start + 120_000,
  loadMs: 5,
  bytes: 14,
  operation: 'tools/call search',
  tags: [],
  ...changes,
})

const oddNames = ['__proto__', 'constructor', 'hasOwnProperty', 'ключ 🔑', 'line\nbreak\0nul', '*', '../..', 'a:b|c"d']

const literalPatterns = ['atlas:..city.1', 'atlas://city/?', 'atlas://city/[12]', '(', 'a|b', '\\*', '*(', '^*$', '']

const sample = [
  { key: 'a', entry: entry({ tags: ['red', 'round'], target: 'atlas://city/1' }) },
  { key: 'b', entry: entry({ tags: ['red'], principal: 'ann', target: 'atlas://city/2' }) },
  { key: 'c', entry: entry({ principal: 'ann', operation: 'tools/list' }) },
  { key: 'd', entry: entry({ principal: 'bob', target: 'atlas://city/1/no\ntes' }) },
]

const keysIn = async (store: Store): Promise<readonly string[]> => {
  const keys: string[] = []
  for (const { key } of sample) if ((await store.get(key)) !== undefined) keys.push(key)
  return keys
}

const invalidations: ReadonlyArray<{ readonly name: string; readonly match: Match; readonly left: readonly string[] }> =
  [
    { name: 'by tag', match: { tags: ['red'] }, left: ['c', 'd'] },
    { name: 'by any of several tags', match: { tags: ['round', 'blue'] }, left: ['b', 'c', 'd'] },
    { name: 'nothing by no tag at all', match: { tags: [] }, left: ['a', 'b', 'c', 'd'] },
    { name: 'by operation', match: { operation: 'tools/list' }, left: ['a', 'b', 'd'] },
    { name: 'by principal', match: { principal: 'ann' }, left: ['a', 'd'] },
    { name: 'by pattern', match: { pattern: 'atlas://city/*' }, left: ['c'] },
    { name: 'by a lone star whatever has a target', match: { pattern: '*' }, left: ['c'] },
    { name: 'by a pattern with several stars', match: { pattern: '*city*2' }, left: ['a', 'c', 'd'] },
    {
      name: 'by a pattern whose star stands for nothing',
      match: { pattern: 'atlas://city/1*/no*' },
      left: ['a', 'b', 'c'],
    },
    { name: 'by a pattern without a star, exactly', match: { pattern: 'atlas://city/1' }, left: ['b', 'c', 'd'] },
    { name: 'by all fields given, together', match: { tags: ['red'], principal: 'ann' }, left: ['a', 'c', 'd'] },
    { name: 'everything when nothing is asked for', match: {}, left: [] },
  ]
