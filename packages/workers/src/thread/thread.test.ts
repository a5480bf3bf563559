import { expect, test } from 'vitest'
import { taskFile } from '../fixtures/open.ts'
import perform from '../thread.ts'
import type { Reply } from './protocol.ts'
import { packed, unpacked } from './thrown.ts'

// The same module as in a thread, where the tools that count lines do not look.
const run = (code: string, ...args: unknown[]): Promise<Reply> => perform({ kind: 'source', code, name: 'task', args })

const module = (name: string, exported: string, ...args: unknown[]): Promise<Reply> =>
  perform({ kind: 'module', code: taskFile(name).href, name: exported, args })

test('a thread answers an order with a value, or says what kind of fault it was', async () => {
  expect(await perform({ kind: 'warm' })).toEqual({ value: undefined, runMs: 0 })
  expect(await run('(a, b) => a + b', 1, 2)).toMatchObject({ value: 3 })
  expect(await module('numbers', 'double', 4)).toMatchObject({ value: 8 })
  expect(await module('numbers', 'double', 5)).toMatchObject({ value: 10 })
  expect(await run('() => missing')).toMatchObject({ fault: 'closure', thrown: { message: 'missing is not defined' } })
  expect(await run('() => { throw new TypeError("no") }')).toMatchObject({
    fault: 'threw',
    thrown: { name: 'TypeError' },
  })
  expect(await module('numbers', 'noFunction')).toMatchObject({ fault: 'export' })
  expect(await module('missing', 'default')).toMatchObject({ fault: 'module' })
})

test('functions are strict, and a thousand of them are not kept for ever', async () => {
  expect(await run('function () { return this }')).toMatchObject({ value: undefined })
  for (let n = 0; n < 1_001; n += 1) expect(await run(`() => ${n}`)).toMatchObject({ value: n })
  expect(await run('() => __name(() => 1)()')).toMatchObject({ value: 1 })
})

test('an error that is packed is the same when it is unpacked', () => {
  const cause = new RangeError('behind')
  const error = Object.assign(new Error('outside', { cause }), { code: 'E', run: () => {}, list: [1] })
  const back = unpacked(packed(error)) as Error
  expect(back).toMatchObject({ message: 'outside', name: 'Error', code: 'E', list: [1], stack: error.stack })
  expect(back.cause).toBeInstanceOf(RangeError)
  expect('run' in back).toBe(false)
  expect((unpacked(packed(Object.assign(new Error('x'), { name: 'Own' }))) as Error).name).toBe('Own')
  expect([unpacked(packed(5)), unpacked(packed(Symbol('s')))]).toEqual([5, 'Symbol(s)'])
})
