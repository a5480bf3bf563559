import type { Middleware } from '@millrace/core'
import { fakeCall, held } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { calls } from '../fixtures/calls.ts'
import { linesOf, valueOf } from '../fixtures/lines.ts'
import { metrics } from '../index.ts'

const noting =
  (said: string[], name: string): Middleware =>
  async (call, next) => {
    said.push(`${name} in`)
    const result = await next(call)
    said.push(`${name} out`)
    return result
  }

it('whoever looks sees every call, inside of what is counted, until that ends', async () => {
  const own = metrics(calls)
  const said: string[] = []
  const [stopA, stopB] = [own.look(noting(said, 'a')), own.look(noting(said, 'b'))]
  const handler = held()
  const answer = own(fakeCall(), handler.next)
  stopA()
  stopA()
  handler.calls[0]?.resolve()
  await answer
  expect(said).toEqual(['a in', 'b in', 'b out', 'a out'])
  await own(fakeCall(), async () => ({ content: [] }))
  expect(said.slice(4)).toEqual(['b in', 'b out'])
  stopB()
  await own(fakeCall(), async () => ({ content: [] }))
  expect(said.length).toBe(6)
  expect((await linesOf(own, 'mcp_requests_total')).map((line) => line.split(' ').at(-1))).toEqual(['3'])
})

it('a call is counted once and leaves, also when whoever looks throws', async () => {
  const own = metrics(calls)
  own.look(() => {
    throw new Error('looked too hard')
  })
  await expect(async () => own(fakeCall(), async () => ({ content: [] }))).rejects.toThrow('looked too hard')
  expect(await valueOf(own, 'concurrent_requests')).toBe(0)
})

it('what cannot look is told of', () => {
  expect(() => metrics(calls).look(1 as never)).toThrow(
    new TypeError('metrics.look: expected a middleware, got a number'),
  )
})
