import { expectTypeOf, it } from 'vitest'
import type { Bus, BusMessage } from './bus.ts'
import type { Match } from './store.ts'

it('carries three kinds of messages, told apart by their type', () => {
  expectTypeOf<BusMessage['type']>().toEqualTypeOf<'invalidate' | 'delete' | 'clear'>()
  expectTypeOf<Extract<BusMessage, { type: 'invalidate' }>['match']>().toEqualTypeOf<Match>()
  expectTypeOf<Extract<BusMessage, { type: 'delete' }>['key']>().toBeString()
})

it('lets a bus publish at once or later', () => {
  const subscribe = (_listener: (message: BusMessage) => void) => () => {}
  expectTypeOf<{ publish(message: BusMessage): void; subscribe: typeof subscribe }>().toExtend<Bus>()
  expectTypeOf<{ publish(message: BusMessage): Promise<void>; subscribe: typeof subscribe }>().toExtend<Bus>()
  expectTypeOf<Bus['subscribe']>().returns.toEqualTypeOf<() => void>()
})
