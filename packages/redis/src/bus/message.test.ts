import type { BusMessage } from '@millrace/core'
import { expect, it } from 'vitest'
import { read, write } from './message.ts'

const messages: readonly BusMessage[] = [
  { type: 'clear' },
  { type: 'delete', key: 'a key' },
  { type: 'invalidate', match: {} },
  { type: 'invalidate', match: { tags: ['a'], operation: 'tools/call b', principal: 'c', pattern: 'd*' } },
]

it.each(messages)('$type arrives as it was sent, and not at its sender', (message) => {
  const sent = write('a', message)
  expect(read('b', sent)).toEqual(message)
  expect(read('a', sent)).toBeUndefined()
})

it.each([
  ['no JSON', 'garbage'],
  ['null', 'null'],
  ['no message', '{"from":"a"}'],
  ['a message of a later version', '{"from":"a","message":{"type":"refresh"}}'],
  ['a match with what nobody knows', '{"from":"a","message":{"type":"invalidate","match":{"tags":[],"age":1}}}'],
  ['a match without a match', '{"from":"a","message":{"type":"invalidate"}}'],
  ['tags that are none', '{"from":"a","message":{"type":"invalidate","match":{"tags":[1]}}}'],
  ['a key that is none', '{"from":"a","message":{"type":"delete","key":1}}'],
])('%s counts as everything', (_, sent) => {
  expect(read('b', sent)).toEqual({ type: 'clear' })
})
