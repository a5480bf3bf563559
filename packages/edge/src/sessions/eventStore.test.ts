import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventStore } from './eventStore.ts'

const replayed = async (store: ReturnType<typeof eventStore>, lastEventId: string) => {
  const events: unknown[] = []
  const streamId = await store.replayEventsAfter(lastEventId, {
    send: async (_id, message) => void events.push(message),
  })
  return { streamId, events }
}

describe('the events of a session', () => {
  it('come again in order, those of one stream alone', async () => {
    const store = eventStore(10, 1000)
    const first = await store.storeEvent('a', { n: 1 })
    await store.storeEvent('b', { n: 2 })
    await store.storeEvent('a', { n: 3 })
    await store.storeEvent('a', {})
    expect(await store.getStreamIdForEventId(first)).toBe('a')
    expect(await replayed(store, first)).toEqual({ streamId: 'a', events: [{ n: 3 }] })
  })

  it('are only so many: the oldest go', async () => {
    const store = eventStore(2, 1000)
    const first = await store.storeEvent('a', { n: 1 })
    for (let n = 2; n <= 5; n += 1) await store.storeEvent('a', { n })
    expect((await replayed(store, first)).events).toEqual([{ n: 4 }, { n: 5 }])
  })

  it('take only so many bytes: one that is too large leaves nothing before it, nor itself', async () => {
    const store = eventStore(10, 100)
    const first = await store.storeEvent('a', { n: 1 })
    await store.storeEvent('a', { text: 'ö'.repeat(44) })
    expect((await replayed(store, first)).events).toEqual([{ text: 'ö'.repeat(44) }])
    await store.storeEvent('a', { text: 'ö'.repeat(45) })
    expect((await replayed(store, first)).events).toEqual([])
    await store.storeEvent('a', { n: 4 })
    expect((await replayed(store, first)).events).toEqual([{ n: 4 }])
  })

  it('are the last ones that fit both bounds, however they come', async () => {
    const sent = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.string({ unit: 'binary', maxLength: 30 })))
    const bounds = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 120 }))
    await fc.assert(
      fc.asyncProperty(sent, bounds, async (all, [maxEvents, maxBytes]) => {
        const store = eventStore(maxEvents, maxBytes)
        const ids: Array<readonly [string, string]> = []
        for (const [streamId, text] of all) ids.push([await store.storeEvent(streamId, { text }), streamId])
        let from = all.length
        let bytes = 0
        while (from > 0 && all.length - from < maxEvents) {
          bytes += Buffer.byteLength(JSON.stringify({ text: all[from - 1]?.[1] }))
          if (bytes > maxBytes) break
          from -= 1
        }
        for (const [index, [id, streamId]] of ids.entries()) {
          const left = all.slice(Math.max(from, index + 1)).filter(([stream]) => stream === streamId)
          expect((await replayed(store, id)).events).toEqual(left.map(([, text]) => ({ text })))
        }
      }),
    )
  })

  it('are of no stream after an id that was never given', async () => {
    const store = eventStore(2, 1000)
    await store.storeEvent('a', { n: 1 })
    await store.storeEvent('b', { n: 2 })
    expect(await replayed(store, 'nonsense')).toEqual({ streamId: '', events: [] })
    for (const id of [
      'nonsense',
      '',
      '1',
      '1.',
      '1.b',
      '1.c',
      '01.a',
      '0.a',
      '-1.a',
      '1e0.a',
      '3.a',
      '99999.b',
      '.a',
    ]) {
      expect([id, await store.getStreamIdForEventId(id)]).toEqual([id, undefined])
    }
  })

  it('are known of a stream by ids that were given, also of events that are gone', async () => {
    const store = eventStore(2, 1000)
    const first = await store.storeEvent('a', { n: 1 })
    const second = await store.storeEvent('b', { n: 2 })
    const third = await store.storeEvent('b', { n: 3 })
    for (const [id, streamId] of [
      [first, 'a'],
      [second, 'b'],
      [third, 'b'],
    ] as const) {
      expect(await store.getStreamIdForEventId(id)).toBe(streamId)
    }
    // Nobody can tell that the first was another stream's, but no event of that is to be had by it.
    expect(await store.getStreamIdForEventId('1.b')).toBe('b')
    expect(await store.getStreamIdForEventId('2.a')).toBeUndefined()
  })

  it('are of streams of which only so many are remembered', async () => {
    const store = eventStore(2, 1000)
    const [first, second] = [await store.storeEvent('a', {}), await store.storeEvent('b', {})]
    await store.storeEvent('c', {})
    expect([await store.getStreamIdForEventId(first), await store.getStreamIdForEventId(second)]).toEqual([
      undefined,
      'b',
    ])
  })
})
