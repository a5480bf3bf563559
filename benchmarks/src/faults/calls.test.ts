import { expect, test } from 'vitest'
import { judged } from './calls.ts'

const text = (said: string, isError?: boolean) => ({ isError, content: [{ type: 'text', text: said }] })

test.each([
  ['the right number', 'double', text('14'), 'answered'],
  ['another number', 'double', text('15'), 'wrong'],
  ['what was kept', 'keep', text('7'), 'answered'],
  ['nothing', 'keep', { content: [] }, 'wrong'],
  ['one sentence', 'double', text('The database takes no connection at the moment.', true), 'error'],
  ['an address', 'double', text('It cannot connect to 127.0.0.1 at the moment.', true), 'wrong'],
  ['a code of the system', 'double', text('The reason was ECONNREFUSED this time.', true), 'wrong'],
  ['a stack', 'double', text('It failed.\n    at query (pg.ts:1)', true), 'wrong'],
  ['no words', 'double', text('', true), 'wrong'],
] as const)('%s is judged', (_, tool, got, kind) => {
  expect(judged(tool, 7, got).kind).toBe(kind)
})
