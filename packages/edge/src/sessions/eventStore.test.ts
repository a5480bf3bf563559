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
    const store = eventStore(10)
    const first = await store.storeEvent('a', { n: 1 })
    await store.storeEvent('b', { n: 2 })
    await store.storeEvent('a', { n: 3 })
    await store.storeEvent('a', {})
    expect(await store.getStreamIdForEventId(first)).toBe('a')
    expect(await replayed(store, first)).toEqual({ streamId: 'a', events: [{ n: 3 }] })
  })

  it('are only so many: the oldest go', async () => {
    const store = eventStore(2)
    const first = await store.storeEvent('a', { n: 1 })
    for (let n = 2; n <= 5; n += 1) await store.storeEvent('a', { n })
    expect((await replayed(store, first)).events).toEqual([{ n: 4 }, { n: 5 }])
  })

  it('are none after an id that was never given', async () => {
    const store = eventStore(2)
    await store.storeEvent('a', { n: 1 })
    expect(await replayed(store, 'nonsense')).toEqual({ streamId: '', events: [] })
    expect(await store.getStreamIdForEventId('nonsense')).toBeUndefined()
  })
})
