import { fakeCall } from '@millrace/core/testing'
import type { FakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { heldBatches, settle, watch } from '../fixtures/heldBatches.ts'
import { loader } from '../index.ts'

describe('calls that share', () => {
  it('are one batch, a hundred of them', async () => {
    const { run, batches, items } = heldBatches<number>()
    const users = loader(run, { share: true })
    const loads = Array.from({ length: 100 }, (_, id) => users.load(id % 50, fakeCall()))
    await settle()
    expect(items()).toEqual([Array.from({ length: 50 }, (_, id) => id)])
    batches[0]?.answer((id) => id * 2)
    expect(await Promise.all(loads)).toEqual(Array.from({ length: 100 }, (_, id) => (id % 50) * 2))
  })

  it('keep nothing: who asks once a query is under way gets a newer one', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { share: true })
    const first = users.load('a', fakeCall())
    await settle()
    const second = users.load('a', fakeCall())
    await settle()
    expect(items()).toEqual([['a'], ['a']])
    batches[1]?.answer(() => 'new')
    batches[0]?.answer(() => 'old')
    expect(await Promise.all([first, second])).toEqual(['old', 'new'])
    const third = users.load('a', fakeCall())
    await settle()
    batches[2]?.answer(() => 'newest')
    expect(await third).toBe('newest')
  })

  it('are not told what another call primes or clears', async () => {
    const { run, batches } = heldBatches<string>()
    const users = loader(run, { share: true })
    const call = fakeCall()
    users.prime('a', 'forged', call)
    users.clear('a', call)
    users.clearAll(call)
    const load = users.load('a', call)
    await settle()
    batches[0]?.answer(() => 'true')
    expect(await load).toBe('true')
  })

  it('are those whom a function puts together, and no others', async () => {
    const { run, items } = heldBatches<string>()
    const users = loader(run, { share: (caller) => (caller as FakeCall).principal })
    for (const principal of ['ann', 'bob', 'ann', undefined]) void users.load('a', fakeCall({ principal }))
    await settle()
    expect(items()).toEqual([['a'], ['a'], ['a']])
  })

  it('cut what is too much into several batches, and keep each key to one of them', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { share: true, maxBatchSize: 2 })
    const loads = ['a', 'b', 'c', 'a', 'c'].map((key) => users.load(key, fakeCall()))
    await settle()
    expect(items()).toEqual([['a', 'b'], ['c']])
    for (const one of batches) one.answer()
    expect(await Promise.all(loads)).toEqual(['a', 'b', 'c', 'a', 'c'].map((key) => `value of ${key}`))
  })

  it('wait for their turn together', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { share: true, maxConcurrent: 1 })
    const loads: Array<Promise<unknown>> = []
    for (const key of ['a', 'b', 'c', 'b']) {
      loads.push(users.load(key, fakeCall()))
      await settle()
    }
    expect(items()).toEqual([['a']])
    batches[0]?.answer()
    await settle()
    expect(items()).toEqual([['a'], ['b', 'c']])
    batches[1]?.answer()
    expect(await Promise.all(loads)).toEqual(['a', 'b', 'c', 'b'].map((key) => `value of ${key}`))
  })

  it('do not lose their load when one of them goes', async () => {
    const { run, batches } = heldBatches<string>()
    const users = loader(run, { share: true })
    const [leaver, stayer] = [fakeCall(), fakeCall()]
    const loads = [watch(users.load('a', leaver)), watch(users.load('a', stayer)), watch(users.load('b', leaver))]
    await settle()
    leaver.abort('left')
    await settle()
    expect(loads.map(({ outcome }) => outcome)).toEqual([{ error: 'left' }, 'open', { error: 'left' }])
    expect(batches[0]?.batch.signal.aborted).toBe(false)
    batches[0]?.answer()
    await settle()
    expect(loads[1]?.outcome).toEqual({ value: 'value of a' })
  })

  it('have it aborted when all of them have gone', async () => {
    const { run, batches } = heldBatches<string>()
    const users = loader(run, { share: true })
    const calls = ['a', 'b', 'a'].map((key) => {
      const call = fakeCall()
      return { call, load: watch(users.load(key, call)) }
    })
    await settle()
    for (const [index, { call }] of calls.entries()) {
      expect(batches[0]?.batch.signal.aborted).toBe(false)
      call.abort(`left ${index}`)
    }
    await settle()
    expect(batches[0]?.batch.signal.aborted).toBe(true)
    expect(calls.map(({ load }) => load.outcome)).toEqual(['left 0', 'left 1', 'left 2'].map((error) => ({ error })))
  })

  it('never ask for what nobody waits for any more', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { share: true })
    const [leaver, stayer] = [fakeCall(), fakeCall()]
    const lost = watch(users.load('a', leaver))
    const kept = users.load('b', stayer)
    leaver.abort('left')
    const again = users.load('a', stayer)
    await settle()
    expect(items()).toEqual([['b', 'a']])
    batches[0]?.answer()
    expect(await Promise.all([kept, again])).toEqual(['value of b', 'value of a'])
    expect(lost.outcome).toEqual({ error: 'left' })
  })

  it('that are all gone before their batch begins give their slot to the next', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { share: true, maxConcurrent: 1 })
    const leaver = fakeCall()
    const first = users.load('a', fakeCall())
    await settle()
    const lost = watch(users.load('b', leaver))
    await settle()
    leaver.abort('left')
    const last = users.load('c', fakeCall())
    await settle()
    batches[0]?.answer()
    await settle()
    expect(items()).toEqual([['a'], ['c']])
    batches[1]?.answer()
    expect(await Promise.all([first, last])).toEqual(['value of a', 'value of c'])
    expect(lost.outcome).toEqual({ error: 'left' })
  })
})
