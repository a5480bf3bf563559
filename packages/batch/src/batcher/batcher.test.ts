import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, heldBatches, settle, watch } from '../fixtures/heldBatches.ts'
import { batcher } from '../index.ts'
import type { BatcherOptions } from '../index.ts'

const worldOf = (options: BatcherOptions = {}) => {
  const clock = manualClock()
  const held = heldBatches<number>()
  return { clock, ...held, mails: batcher(held.run, { clock, ...options }) }
}

/** Numbers from `from` up to, not including, `to`. */
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n)

describe('a batcher', () => {
  it('works on ten items as soon as it has them', async () => {
    const { mails, items, batches, clock } = worldOf()
    const adds = range(0, 10).map((n) => mails.add(n))
    expect(items()).toEqual([range(0, 10)])
    expect(clock.timers).toBe(1)
    batches[0]?.answer()
    expect(await Promise.all(adds)).toEqual(range(0, 10).map((n) => `value of ${n}`))
    expect(clock.timers).toBe(0)
  })

  it('works on fewer when the first has waited 100 ms', async () => {
    const { mails, items, batches, clock } = worldOf()
    const first = mails.add(1)
    clock.advance(60)
    const second = mails.add(2)
    clock.advance(39)
    expect(items()).toEqual([])
    clock.advance(1)
    expect(items()).toEqual([[1, 2]])
    batches[0]?.answer()
    expect(await Promise.all([first, second])).toEqual(['value of 1', 'value of 2'])
  })

  it('starts the time anew with the first item of each batch', () => {
    const { mails, items, clock } = worldOf({ maxSize: 2 })
    for (const n of [1, 2, 3]) void mails.add(n)
    clock.advance(99)
    expect(items()).toEqual([[1, 2]])
    clock.advance(1)
    expect(items()).toEqual([[1, 2], [3]])
  })

  it('fails one item alone where there is an Error in its place', async () => {
    const { mails, batches } = worldOf({ maxSize: 2 })
    const adds = [watch(mails.add(1)), watch(mails.add(2))]
    const failure = new Error('no such address')
    batches[0]?.resolve(['sent', failure])
    await settle()
    expect(adds.map(({ outcome }) => outcome)).toEqual([{ value: 'sent' }, { error: failure }])
  })

  it.each([
    [
      'what the batch function throws',
      (batch: { reject(error: unknown): void }) => batch.reject(new Error('down')),
      'down',
    ],
    [
      'a sentence when values are missing',
      (batch: { resolve(values: unknown): void }) => batch.resolve([1]),
      'an array of 2',
    ],
  ])('fails all items with %s, and goes on', async (_, fail, message) => {
    const { mails, batches } = worldOf({ maxSize: 2 })
    const adds = [mails.add(1), mails.add(2)]
    fail(batches[0] as never)
    for (const add of adds) await expect(add).rejects.toThrow(message)
    const more = [mails.add(3), mails.add(4)]
    batches[1]?.answer()
    expect(await Promise.all(more)).toEqual(['value of 3', 'value of 4'])
    expect(mails.pending).toBe(0)
  })

  it('gives up a batch that never ends, and its slot is free', async () => {
    const { mails, items, batches, clock } = worldOf({ maxSize: 1, maxConcurrent: 1, timeoutMs: 1000 })
    const [lost, next] = [watch(mails.add(1)), watch(mails.add(2))]
    clock.advance(1000)
    await settle()
    expect(lost.outcome).toMatchObject({ error: { code: 'ERR_TIMED_OUT' } })
    expect(batches[0]?.batch.signal.aborted).toBe(true)
    expect(items()).toEqual([[1], [2]])
    batches[1]?.answer()
    await settle()
    expect(next.outcome).toEqual({ value: 'value of 2' })
  })

  it('takes so many items and no more until some are done', async () => {
    const { mails, batches } = worldOf({ maxSize: 2, maxPending: 3, name: 'mails' })
    const events = await eventsOf(async () => {
      const adds = range(0, 3).map((n) => mails.add(n))
      await expect(mails.add(3)).rejects.toMatchObject({
        code: 'ERR_BATCH_FULL',
        kind: 'rejected',
        message: 'mails has 3 items waiting already; try again in a moment.',
      })
      batches[0]?.answer()
      await Promise.all(adds.slice(0, 2))
      await settle()
      expect(mails.pending).toBe(1)
      void mails.add(4)
      batches[1]?.answer()
      await settle()
    })
    expect(events).toContainEqual({ type: 'batch.rejected', name: 'mails', pending: 3 })
  })

  it('flushes what waits, and says when all of it is done', async () => {
    const { mails, items, batches, clock } = worldOf()
    await mails.flush()
    void mails.add(1)
    const flushed = watch(mails.flush())
    expect(items()).toEqual([[1]])
    void mails.add(2)
    await settle()
    expect(flushed.outcome).toBe('open')
    batches[0]?.answer()
    await settle()
    expect(flushed.outcome).toEqual({ value: undefined })
    expect(items()).toEqual([[1]])
    expect(clock.timers).toBe(1)
  })

  it('closes when everything is done, failed or not, and takes nothing more', async () => {
    const { mails, items, batches, clock } = worldOf({ maxSize: 2, maxConcurrent: 1, name: 'mails' })
    const adds = range(0, 3).map((n) => watch(mails.add(n)))
    const closed = watch(mails.close())
    expect(mails.close()).toBe(mails.close())
    await expect(mails.add(9)).rejects.toMatchObject({ code: 'ERR_CLOSED', kind: 'rejected' })
    batches[0]?.reject(new Error('down'))
    await settle()
    expect(items()).toEqual([[0, 1], [2]])
    expect(closed.outcome).toBe('open')
    batches[1]?.answer()
    await settle()
    expect(closed.outcome).toEqual({ value: undefined })
    expect(adds[2]?.outcome).toEqual({ value: 'value of 2' })
    expect(clock.timers).toBe(0)
  })

  it.each<[object, string]>([
    [{ maxSize: 0 }, 'batcher.maxSize must be an integer ≥ 1, got 0'],
    [{ maxWaitMs: -1 }, 'batcher.maxWaitMs must be a number ≥ 0 or Infinity, got -1'],
    [{ maxPending: 0 }, 'batcher.maxPending must be an integer ≥ 1 or Infinity, got 0'],
    [{ size: 1 }, 'batcher.size is not an option'],
  ])('refuses %o', (options, message) => {
    expect(() => worldOf(options)).toThrow(message)
  })

  it('refuses a batch function that is none', () => {
    expect(() => batcher(undefined as never)).toThrow('batcher: expected a batch function, got undefined')
  })
})

describe('a caller that goes', () => {
  it('takes its item along while it waits, and leaves no timer when it was the only one', async () => {
    const { mails, items, clock } = worldOf({ maxSize: 2 })
    const call = fakeCall()
    const add = watch(mails.add(1, call))
    expect(clock.timers).toBe(1)
    call.abort('left')
    await settle()
    expect(add.outcome).toEqual({ error: 'left' })
    expect(clock.timers).toBe(0)
    expect(mails.pending).toBe(0)
    await expect(mails.add(1, call)).rejects.toBe('left')
    for (const n of [2, 3]) void mails.add(n)
    expect(items()).toEqual([[2, 3]])
  })

  it('takes its item out of a batch that waits for its turn; one of nobody is skipped', async () => {
    const { mails, items, batches } = worldOf({ maxSize: 2, maxConcurrent: 1 })
    const call = fakeCall()
    const kept = [0, 1].map((n) => mails.add(n))
    const lost = [2, 3, 4].map((n) => watch(mails.add(n, call)))
    kept.push(mails.add(5))
    call.abort('left')
    await settle()
    expect(lost.map(({ outcome }) => outcome)).toEqual([{ error: 'left' }, { error: 'left' }, { error: 'left' }])
    expect(mails.pending).toBe(3)
    batches[0]?.answer()
    await settle()
    expect(items()).toEqual([[0, 1], [5]])
    batches[1]?.answer()
    await mails.flush()
    expect(mails.pending).toBe(0)
    expect(await Promise.all(kept)).toEqual([0, 1, 5].map((n) => `value of ${n}`))
  })

  it('does not stop the batch of others, and the last one does', async () => {
    const { mails, batches } = worldOf({ maxSize: 2 })
    const calls = [fakeCall(), fakeCall()]
    const adds = calls.map((call, n) => watch(mails.add(n, call)))
    calls[0]?.abort('left')
    await settle()
    expect(adds.map(({ outcome }) => outcome)).toEqual([{ error: 'left' }, 'open'])
    expect(batches[0]?.batch.signal.aborted).toBe(false)
    calls[1]?.abort('left too')
    await settle()
    expect(batches[0]?.batch.signal.reason).toBe('left too')
    expect(mails.pending).toBe(0)
  })
})
