import { expect, it } from 'vitest'
import { read } from './answer.ts'

const result = (value: object): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result: value })
const text = (words: string) => [{ type: 'text', text: words }]

it.each([
  ['an answer', 200, result({ content: text('{}') }), { kind: 'answered' }],
  [
    'a refusal by a layer',
    200,
    result({ isError: true, content: text('busy'), _meta: { 'millrace/reason': 'queue_full' } }),
    { kind: 'refused', said: 'busy' },
  ],
  [
    'a tool that failed',
    200,
    result({ isError: true, content: text('no database') }),
    { kind: 'failed', said: 'no database' },
  ],
  [
    'a protocol error',
    200,
    '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"odd"}}',
    { kind: 'failed', said: 'odd' },
  ],
  ['a status without a message', 503, 'Service Unavailable', { kind: 'failed', said: 'HTTP 503' }],
])('%s is told apart', (_, status, body, expected) => {
  expect(read(status, body)).toEqual(expected)
})
