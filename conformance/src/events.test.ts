import { expect, test } from 'vitest'
import { type Events, events } from './events.ts'

interface Message {
  readonly text?: string
}

const replayed = async (store: Events<Message>, lastEventId: string): Promise<string[]> => {
  const texts: string[] = []
  const send = async (_: string, { text = '' }: Message): Promise<void> => void texts.push(text)
  await store.replayEventsAfter(lastEventId, { send })
  return texts
}

test('a client that reconnects gets what came after its last event, of its stream only and in order', async () => {
  const store = events<Message>()
  const first = await store.storeEvent('a', { text: 'one' })
  await store.storeEvent('b', { text: 'other' })
  await store.storeEvent('a', { text: 'two' })
  await store.storeEvent('a', { text: 'three' })
  expect(await replayed(store, first)).toEqual(['two', 'three'])
})

test('the stream of the last event is reported', async () => {
  const store = events<Message>()
  const id = await store.storeEvent('a', {})
  expect(await store.replayEventsAfter(id, { send: async () => {} })).toBe('a')
})

test('priming events are not replayed', async () => {
  const store = events<Message>()
  const first = await store.storeEvent('a', {})
  await store.storeEvent('a', {})
  await store.storeEvent('a', { text: 'one' })
  expect(await replayed(store, first)).toEqual(['one'])
})

test('an unknown event replays nothing', async () => {
  const store = events<Message>()
  await store.storeEvent('a', { text: 'one' })
  expect(await replayed(store, 'nobody knows')).toEqual([])
})

test('the oldest events are dropped', async () => {
  const store = events<Message>(2)
  const first = await store.storeEvent('a', { text: 'one' })
  const second = await store.storeEvent('a', { text: 'two' })
  await store.storeEvent('a', { text: 'three' })
  expect(await replayed(store, first)).toEqual([])
  expect(await replayed(store, second)).toEqual(['three'])
})
