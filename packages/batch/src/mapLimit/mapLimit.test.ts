import { fakeCall, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOf, settle, watch } from '../fixtures/heldBatches.ts'
import { heldItems } from '../fixtures/heldItems.ts'
import { mapLimit } from '../index.ts'
import type { MapLimitOptions, Share } from '../index.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describe('mapLimit', () => {
  it('gives results in the order of the items, whatever takes how long', async () => {
    const { runs, run } = heldItems()
    const results = mapLimit(range(3), run)
    await settle()
    for (const one of runs.toReversed()) one.resolve(one.item * 2)
    expect(await results).toEqual([0, 2, 4])
  })

  it('works on so many at a time', async () => {
    const { runs, run } = heldItems()
    const results = watch(mapLimit(range(5), run, { maxConcurrent: 2 }))
    await settle()
    expect(runs.map(({ item }) => item)).toEqual([0, 1])
    runs[1]?.resolve('b')
    await settle()
    expect(runs.map(({ item }) => item)).toEqual([0, 1, 2])
    for (let at = 0; at < 5; at += 1) {
      runs[at]?.resolve(at)
      await settle()
    }
    expect(results.outcome).toEqual({ value: [0, 'b', 2, 3, 4] })
  })

  it('ends with the first failure: nothing more starts, and what runs is told', async () => {
    const { runs, run } = heldItems()
    const results = watch(mapLimit(range(10), run, { maxConcurrent: 2 }))
    await settle()
    const failure = new Error('down')
    runs[1]?.reject(failure)
    await settle()
    expect(results.outcome).toEqual({ error: failure })
    expect(runs[0]?.share.signal.aborted).toBe(true)
    runs[0]?.resolve(1)
    await settle()
    expect(runs).toHaveLength(2)
  })

  it('keeps failures among the results when they are partial', async () => {
    const failure = new Error('odd')
    const run = (n: number) => {
      if (n % 2 === 1) throw failure
      return n
    }
    expect(await mapLimit(range(3), run, { partial: true })).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: 2 },
    ])
  })

  it.each([
    ['the call', (signal: AbortSignal): MapLimitOptions => ({ call: { signal } })],
    ['the context of v2', (signal: AbortSignal): MapLimitOptions => ({ call: { mcpReq: { signal } } })],
    ['a signal', (signal: AbortSignal): MapLimitOptions => ({ signal })],
  ])('stops and starts nothing more when %s is cancelled, also when partial', async (_, optionsWith) => {
    for (const partial of [false, true] as const) {
      const { runs, run } = heldItems()
      const controller = new AbortController()
      const options = { ...optionsWith(controller.signal), maxConcurrent: 2, partial: partial as true }
      const results = watch(mapLimit(range(100), run, options))
      await settle()
      controller.abort('left')
      await settle()
      expect(results.outcome).toEqual({ error: 'left' })
      expect(runs[0]?.share.signal.reason).toBe('left')
      for (const one of runs) one.resolve(1)
      await settle()
      expect(runs).toHaveLength(2)
      await expect(mapLimit(range(2), run, options)).rejects.toBe('left')
      expect(runs).toHaveLength(2)
    }
  })

  it('tells nobody that it has ended when it has done everything', async () => {
    let share: Share | undefined
    await mapLimit([1], (_item, _index, given) => (share = given) && 1)
    expect(share?.signal.aborted).toBe(false)
  })

  it('does nothing for no items, and ten thousand for as many', async () => {
    expect(await mapLimit([], () => 1)).toEqual([])
    let most = 0
    let running = 0
    const doubled = await mapLimit(
      range(10_000),
      async (n) => {
        most = Math.max(most, (running += 1))
        await Promise.resolve()
        running -= 1
        return n * 2
      },
      { maxConcurrent: 16 },
    )
    expect(doubled).toEqual(range(10_000).map((n) => n * 2))
    expect(most).toBe(16)
  })

  it.each<[unknown, unknown, string]>([
    [{ maxConcurrent: 0 }, () => 1, 'mapLimit.maxConcurrent must be an integer ≥ 1 or Infinity, got 0'],
    [{ call: 5 }, () => 1, 'mapLimit.call must be a call or a context, got 5'],
    [{ signal: {} }, () => 1, 'mapLimit.signal must be an AbortSignal, got an object'],
    [{ limit: 1 }, () => 1, 'mapLimit.limit is not an option'],
    [{}, 5, 'mapLimit: expected a function of an item, got a number'],
  ])('refuses %o with %o', async (options, run, message) => {
    await expect(mapLimit([1], run as never, options as never)).rejects.toThrow(message)
  })

  it.each([5, undefined, { length: 1 }])('refuses what has no items: %o', async (items) => {
    await expect(mapLimit(items as never, () => 1)).rejects.toThrow(/^mapLimit: expected items to iterate over, got /u)
  })

  it('answers, keeps its limit and starts each item at most once, in whatever order things end', async () => {
    const event = fc.record({ type: fc.constantFrom('resolve', 'reject', 'abort'), nth: fc.nat(4) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (events, maxConcurrent, partial) => {
          const { runs, run } = heldItems()
          const call = fakeCall()
          const results = watch<unknown>(mapLimit(range(8), run, { call, maxConcurrent, partial: partial as true }))
          const ended = new Set<object>()
          await settle()
          for (const { type, nth } of [...events, ...range(30).map(() => ({ type: 'resolve', nth: 0 }))]) {
            const open = runs.filter((one) => !ended.has(one))
            const before = runs.length
            const isOver = results.outcome !== 'open' || type === 'abort' || (type === 'reject' && !partial)
            const one = open[nth % Math.max(1, open.length)]
            if (type === 'abort') call.abort('left')
            else if (one !== undefined) {
              ended.add(one)
              if (type === 'resolve') one.resolve(one.item)
              else one.reject(new Error('down'))
            }
            await settle()
            expect(runs.filter((other) => !ended.has(other)).length).toBeLessThanOrEqual(maxConcurrent)
            if (isOver) expect(runs).toHaveLength(before)
          }
          expect(results.outcome).not.toBe('open')
          expect(runs.map(({ item }) => item)).toEqual(range(runs.length))
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('progress', () => {
  const sent = (call: { notifications: readonly { params?: object }[] }) =>
    call.notifications.map(({ params }) => (params as { progress: number }).progress)
  const params = { name: 'tool', arguments: {}, _meta: { progressToken: 7 } }

  it('is said at most ten times a second, and at the end', async () => {
    const clock = manualClock()
    const call = fakeCall({ clock, params })
    const run = () => {
      clock.advance(30)
    }
    await mapLimit(range(10), run, { call, maxConcurrent: 1, message: (done, total) => `${done} of ${total}` })
    expect(sent(call)).toEqual([1, 5, 9, 10])
    expect(call.notifications[0]).toEqual({
      method: 'notifications/progress',
      params: { progressToken: 7, progress: 1, total: 10, message: '1 of 10' },
    })
  })

  it.each([false, true])('is said without words when these throw, partial or not: %s', async (partial) => {
    const call = fakeCall({ params })
    const error = new Error('no words')
    const message = () => {
      throw error
    }
    const events = await eventsOf(async () => {
      const results = await mapLimit(range(3), (n) => n, { call, message, partial: partial as true })
      expect(results).toHaveLength(3)
    })
    expect(call.notifications.at(-1)).toEqual({
      method: 'notifications/progress',
      params: { progressToken: 7, progress: 3, total: 3 },
    })
    expect(events).toContainEqual({ type: 'mapLimit.messageFailed', error })
  })

  it('is not said to a caller who did not ask for it', async () => {
    const call = fakeCall()
    await mapLimit(range(3), () => 1, { call })
    expect(call.notifications).toEqual([])
  })

  it('is not said once the caller has gone', async () => {
    const call = fakeCall({ params })
    const { runs, run } = heldItems()
    const results = watch(mapLimit(range(3), run, { call, partial: true }))
    await settle()
    call.abort('left')
    for (const one of runs) one.resolve(1)
    await settle()
    expect(results.outcome).toEqual({ error: 'left' })
    expect(call.notifications).toEqual([])
  })

  it.each<[string, (send: (notification: unknown) => Promise<void>) => object]>([
    ['v1', (sendNotification) => ({ _meta: { progressToken: 'p' }, sendNotification })],
    ['v2', (notify) => ({ mcpReq: { _meta: { progressToken: 'p' }, notify } })],
    ['a call without parameters of its own', (notify) => ({ notify, sdk: { _meta: { progressToken: 'p' } } })],
  ])('goes through the context of %s, and a connection that fails hurts nobody', async (_, contextWith) => {
    const notifications: unknown[] = []
    const ways: Array<(notification: unknown) => Promise<void>> = [
      async (notification) => void notifications.push(notification),
      () => Promise.reject(new Error('closed')),
      () => {
        throw new Error('closed')
      },
    ]
    for (const way of ways) await mapLimit([1], () => 1, { call: contextWith(way) })
    expect(notifications).toEqual([
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 1, total: 1 } },
    ])
  })

  it('needs a way to be sent', async () => {
    expect(await mapLimit([1], () => 1, { call: { _meta: { progressToken: 'p' } } })).toEqual([1])
  })
})
