import { Readable } from 'node:stream'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { eventsOf, settle, watch } from '../fixtures/heldBatches.ts'
import { heldItems, heldSource } from '../fixtures/heldItems.ts'
import { mapLimit } from '../index.ts'

async function* numbers(count: number, read: number[] = []) {
  for (let n = 0; n < count; n += 1) {
    read.push(n)
    yield n
  }
}

describe('mapLimit over items that come one after the other', () => {
  it('gives results in the order of the items, whatever takes how long', async () => {
    const { runs, run } = heldItems()
    const results = watch(mapLimit(numbers(3), run))
    await settle()
    for (const one of runs.toReversed()) one.resolve(one.item * 2)
    await settle()
    expect(results.outcome).toEqual({ value: [0, 2, 4] })
  })

  it('reads an item only when there is room to work on it', async () => {
    const read: number[] = []
    const { runs, run } = heldItems()
    const results = watch(mapLimit(numbers(5, read), run, { maxConcurrent: 2 }))
    await settle()
    expect(read).toEqual([0, 1])
    runs[1]!.resolve('b')
    await settle()
    expect(read).toEqual([0, 1, 2])
    for (let at = 0; at < 5; at += 1) {
      runs[at]!.resolve(at)
      await settle()
    }
    expect(results.outcome).toEqual({ value: [0, 'b', 2, 3, 4] })
  })

  it('asks for one item at a time, and works on what it has meanwhile', async () => {
    const source = heldSource()
    const { runs, run } = heldItems()
    const results = watch(mapLimit(source, run, { maxConcurrent: Infinity }))
    await settle()
    source.give(7)
    await settle()
    expect([source.reads, runs.length]).toEqual([2, 1])
    runs[0]!.resolve('a')
    await settle()
    expect([source.reads, results.outcome]).toEqual([2, 'open'])
    source.end()
    await settle()
    expect([results.outcome, source.closed]).toEqual([{ value: ['a'] }, 0])
  })

  it.each([false, true])(
    'reads no more and closes the source when the caller goes, partial or not: %s',
    async (partial) => {
      const source = heldSource()
      const { runs, run } = heldItems()
      const call = fakeCall()
      const results = watch(mapLimit(source, run, { call, partial: partial as true }))
      await settle()
      source.give(1)
      await settle()
      call.abort('left')
      await settle()
      expect([results.outcome, source.closed]).toEqual([{ error: 'left' }, 1])
      expect(runs[0]!.share.signal.reason).toBe('left')
      source.give(2)
      runs[0]!.resolve('late')
      await settle()
      expect([source.reads, runs.length]).toEqual([2, 1])
    },
  )

  it('does not begin to read for a caller who has gone, and closes the source', async () => {
    const source = heldSource()
    const call = fakeCall()
    call.abort('left')
    await expect(mapLimit(source, () => 1, { call })).rejects.toBe('left')
    expect([source.reads, source.closed]).toEqual([0, 1])
    const stream = Readable.from(numbers(3))
    await expect(mapLimit(stream, () => 1, { call })).rejects.toBe('left')
    expect(stream.destroyed).toBe(true)
  })

  it('takes the word of a source that has ended, however it says so', async () => {
    const steps = [{ value: 1, done: 0 }, { value: 2 }, { done: 1 }]
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => steps.shift() }) }
    expect(await mapLimit(source as never, (n) => n)).toEqual([1, 2])
  })

  it('ends with the first failure, and closes the source', async () => {
    const read: number[] = []
    const failure = new Error('down')
    const work = (n: number) => {
      if (n === 2) throw failure
      return n
    }
    await expect(mapLimit(numbers(10, read), work, { maxConcurrent: 1 })).rejects.toBe(failure)
    expect(read).toEqual([0, 1, 2])
    expect(await mapLimit(numbers(4), work, { partial: true })).toMatchObject([
      { value: 0 },
      { value: 1 },
      { reason: failure },
      { value: 3 },
    ])
  })

  it.each([false, true])('ends with what the source fails with, partial or not: %s', async (partial) => {
    const source = heldSource()
    const { runs, run } = heldItems()
    const results = watch(mapLimit(source, run, { partial: partial as true }))
    await settle()
    source.give(1)
    await settle()
    const failure = new Error('cut off')
    source.fail(failure)
    await settle()
    expect([results.outcome, source.closed]).toEqual([{ error: failure }, 0])
    expect(runs[0]!.share.signal.aborted).toBe(true)
  })

  it('says so when the source cannot be closed, and its caller has the answer all the same', async () => {
    const error = new Error('stuck')
    const source = heldSource(() => Promise.reject(error))
    const call = fakeCall()
    const events = await eventsOf(async () => {
      const results = watch(mapLimit(source, () => 1, { call }))
      await settle()
      call.abort('left')
      await settle()
      expect(results.outcome).toEqual({ error: 'left' })
    })
    expect(events).toEqual([{ type: 'mapLimit.sourceFailed', error }])
  })

  it('closes a stream of Node, and does not mind a source that cannot be closed', async () => {
    const stream = Readable.from(numbers(100))
    await expect(mapLimit(stream, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    await settle()
    expect(stream.destroyed).toBe(true)
    const bare = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false as const, value: 1 }) }) }
    await expect(mapLimit(bare, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })

  it('does nothing for no items, and ten thousand for as many', async () => {
    expect(await mapLimit(numbers(0), () => 1)).toEqual([])
    const doubled = await mapLimit(numbers(10_000), async (n) => n * 2, { maxConcurrent: 16 })
    expect(doubled).toEqual(Array.from({ length: 10_000 }, (_, n) => n * 2))
  })

  it('says how far it is, and of how many once that is known', async () => {
    const clock = manualClock()
    const call = fakeCall({ clock, params: { _meta: { progressToken: 7 } } })
    const source = heldSource()
    const message = (done: number, total: number | undefined) => `${done} of ${total ?? 'many'}`
    const results = mapLimit(source, () => clock.advance(200), { call, message })
    for (const n of [1, 2]) {
      await settle()
      source.give(n)
    }
    await settle()
    source.end()
    await results
    const empty = fakeCall({ params: { _meta: { progressToken: 7 } } })
    await mapLimit(numbers(0), () => 1, { call: empty })
    expect(call.notifications.map(({ params }) => params)).toEqual([
      { progressToken: 7, progress: 1, message: '1 of many' },
      { progressToken: 7, progress: 2, message: '2 of many' },
    ])
    expect(empty.notifications).toEqual([])
  })

  it('says at the end what it has kept to itself', async () => {
    const call = fakeCall({ clock: manualClock(), params: { _meta: { progressToken: 7 } } })
    await mapLimit(numbers(5), (n) => n, { call })
    expect(call.notifications.map(({ params }) => params)).toEqual([
      { progressToken: 7, progress: 1 },
      { progressToken: 7, progress: 5, total: 5 },
    ])
  })

  it('knows the types of items and results', () => {
    expectTypeOf(mapLimit(numbers(1), (n) => String(n))).toEqualTypeOf<Promise<string[]>>()
    expectTypeOf(mapLimit(numbers(1), (n) => n, { partial: true })).toEqualTypeOf<
      Promise<Array<PromiseSettledResult<number>>>
    >()
    void mapLimit(numbers(0), (n) => n, {
      message: (_, total) => (expectTypeOf(total).toEqualTypeOf<number | undefined>(), ''),
    })
    void mapLimit([], (n) => n, { message: (_, total) => (expectTypeOf(total).toEqualTypeOf<number>(), '') })
  })
})
