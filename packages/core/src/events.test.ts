import { channel as nodeChannel } from 'node:diagnostics_channel'
import { afterEach, expect, expectTypeOf, it, vi } from 'vitest'
import { channel, subscribe } from './events.ts'
import type { EventChannel, Events } from './events.ts'
import type { CacheEvent } from './events/cacheEvent.ts'
import type { DoorEvent } from './events/doorEvent.ts'

const stops: Array<() => void> = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const miss: CacheEvent = { type: 'cache.miss', operation: 'tools/call search', isShared: false }

it('builds no event while nobody listens, and one when somebody does', () => {
  const events = channel('cache')
  const build = vi.fn<() => CacheEvent>(() => miss)
  const work = () => {
    if (events.hasSubscribers) events.publish(build())
  }
  work()
  expect(build).not.toHaveBeenCalled()
  const listener = vi.fn<(event: CacheEvent) => void>()
  stops.push(subscribe('cache', listener))
  work()
  expect(listener).toHaveBeenCalledExactlyOnceWith(miss)
})

it('tells nobody who has stopped, and the others all the same', () => {
  const [first, second] = [vi.fn<() => void>(), vi.fn<() => void>()]
  const stop = subscribe('cache', first)
  stops.push(subscribe('cache', second))
  stop()
  stop()
  channel('cache').publish(miss)
  expect(first).not.toHaveBeenCalled()
  expect(second).toHaveBeenCalledOnce()
})

it('counts the same function twice when it subscribes twice', () => {
  const listener = vi.fn<() => void>()
  const stop = subscribe('cache', listener)
  stops.push(subscribe('cache', listener))
  channel('cache').publish(miss)
  expect(listener).toHaveBeenCalledTimes(2)
  stop()
  channel('cache').publish(miss)
  expect(listener).toHaveBeenCalledTimes(3)
})

it('keeps the channels of two packages apart', () => {
  const listener = vi.fn<(event: DoorEvent) => void>()
  stops.push(subscribe('mcp', listener))
  channel('cache').publish(miss)
  expect(listener).not.toHaveBeenCalled()
  expect(channel('cache').hasSubscribers).toBe(false)
})

it('is a plain channel of Node under a name of its own', () => {
  const seen: unknown[] = []
  const onMessage = (message: unknown, name: string | symbol) => seen.push([name, message])
  nodeChannel('millrace:cache').subscribe(onMessage)
  channel('cache').publish(miss)
  nodeChannel('millrace:cache').unsubscribe(onMessage)
  expect(seen).toEqual([['millrace:cache', miss]])
})

it.each([
  [new Error('faulty listener'), 'faulty listener'],
  ['a string', 'a string'],
])('goes on for the others when a listener throws, and says which one at what: %s', (thrown, said) => {
  const later: Array<() => void> = []
  const spy = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => void later.push(run))
  const listener = vi.fn<() => void>()
  stops.push(
    subscribe('cache', () => {
      throw thrown
    }),
    subscribe('cache', listener),
  )
  expect(() => channel('cache').publish(miss)).not.toThrow()
  expect(listener).toHaveBeenCalledOnce()
  spy.mockRestore()
  expect(later).toHaveLength(1)
  expect(later[0]).toThrow(
    new Error(`A listener that subscribe('cache', …) was given threw at the event cache.miss: ${said}`, {
      cause: thrown,
    }),
  )
})

it('takes functions only', () => {
  expect(() => subscribe('cache', undefined as never)).toThrow(
    "subscribe: expected a function to call with events of 'cache', got undefined",
  )
})

it('types what is published and what is heard', () => {
  expectTypeOf(channel<'cache'>).returns.toEqualTypeOf<EventChannel<CacheEvent>>()
  expectTypeOf(subscribe<'mcp'>)
    .parameter(1)
    .parameter(0)
    .toEqualTypeOf<DoorEvent>()
  expectTypeOf(subscribe).parameter(0).toEqualTypeOf<keyof Events>()
  expectTypeOf<Extract<CacheEvent, { tier: string; ageMs: number }>['savedMs']>().toBeNumber()
})
