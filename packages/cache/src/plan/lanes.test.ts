import { withCall } from '@millrace/core'
import type { Call } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { MemoBudget } from '../keys/keyMemo.ts'
import { cached } from '../index.ts'
import { Counters } from '../statistics.ts'
import { laneOf } from './lane.ts'
import { Lanes } from './lanes.ts'
import { settingsOf } from './settings.ts'

/** A call that its door counts as something else than method and target say. */
const counted = (operation: string, options: FakeCallOptions): Call => Object.assign(fakeCall(options), { operation })

describe('calls that a door counts as one operation', () => {
  it.each(['tools/call', 'prompts/get'])('have keys by what %s names all the same', (method) => {
    const cache = cached({ ttlMs: 1000, prompts: 1000 })
    const keys = ['a', 'b', 'a'].map((target) => cache.keyOf(counted(`${method} (unknown)`, { method, target })))
    expect(keys[0]).toBe(keys[2])
    expect(keys[0]).not.toBe(keys[1])
  })

  it('are dropped by the name of their tool', async () => {
    const cache = cached({ ttlMs: 1000 })
    for (const target of ['a', 'b']) await cache(counted('tools/call (unknown)', { target }), async () => ({ n: 1 }))
    expect(await cache.invalidate({ tool: 'a' })).toBe(1)
    expect(Object.keys((await cache.stats()).operations)).toEqual(['tools/call (unknown)'])
  })

  it('before their tool was registered are counted by its name afterwards, under the same key', async () => {
    const cache = cached({ ttlMs: 1000 })
    await cache(counted('tools/call (unknown)', { target: 'a' }), async () => ({ n: 1 }))
    expect(await cache(fakeCall({ target: 'a' }), async () => ({ n: 2 }))).toEqual({ n: 1 })
    expect((await cache.stats()).operations).toMatchObject({
      'tools/call (unknown)': { misses: 1 },
      'tools/call a': { hits: 1 },
    })
  })
})

describe('lanes', () => {
  it('are known up to a thousand, and then begin anew', () => {
    const lanes = new Lanes()
    const settings = settingsOf(1000, {})!
    const known = (n: number) => lanes.get(fakeCall({ target: `${n}` })) !== undefined
    const add = (n: number) => {
      const call = fakeCall({ target: `${n}` })
      lanes.set(call, laneOf(call, settings, false, new Counters(), new MemoBudget()))
    }
    for (let n = 0; n < 1000; n += 1) add(n)
    expect([known(0), known(999)]).toEqual([true, true])
    add(1000)
    expect([known(0), known(999), known(1000)]).toEqual([false, false, true])
  })
})

describe('calls of resources', () => {
  it('have keys by their URI, also after one that had none', () => {
    for (const options of [{ resources: 1000 }, { resources: { '*': 1000 } }]) {
      const cache = cached(options)
      const targets = [undefined, 'a://1', 'a://2', undefined]
      const keys = targets.map((target) => cache.keyOf(fakeCall({ method: 'resources/read', target })))
      expect(new Set(keys).size).toBe(3)
      expect(keys[0]).toBe(keys[3])
    }
  })

  it('of two wrapped handlers are counted apart, also where one rule covers both', async () => {
    const cache = cached({ resources: { 'a://*': 1000 } })
    for (const operation of ['resources/read one', 'resources/read other'])
      cache.keyOf(counted(operation, { method: 'resources/read', target: 'a://1', isWrapped: true }))
    expect(Object.keys((await cache.stats()).operations)).toEqual(['resources/read one', 'resources/read other'])
  })

  it('of two wrapped handlers have keys by their revision', () => {
    const cache = cached({ ttlMs: 1000, resources: { 'a://*': 1000 } })
    const call = { method: 'resources/read', target: 'a://1', isWrapped: true }
    expect(cache.keyOf(fakeCall({ ...call, revision: 'one' }))).not.toBe(
      cache.keyOf(fakeCall({ ...call, revision: 'other' })),
    )
  })
})

describe('the key that is remembered', () => {
  it('is of the revision, the principal and the arguments', () => {
    const cache = cached({ ttlMs: 1000 })
    const keys = new Set<string | undefined>()
    for (let round = 0; round < 2; round += 1) {
      for (const revision of [undefined, 'r1', 'r2'])
        for (const principal of [undefined, 'r1', 'ann'])
          for (const input of [{}, { a: 1 }, { a: 2 }, { b: 1 }, { a: 1, b: 1 }])
            keys.add(cache.keyOf(fakeCall({ revision, principal, input })))
    }
    expect(keys.size).toBe(45)
  })

  it('is of the arguments that a middleware further out has changed', () => {
    const cache = cached({ ttlMs: 1000 })
    const call = fakeCall({ input: { a: 1 } })
    const key = cache.keyOf(call)
    expect(cache.keyOf(withCall(call, { input: { a: 2 } }))).not.toBe(key)
    expect(cache.keyOf(withCall(call, { deadline: 1 }))).toBe(key)
  })
})
