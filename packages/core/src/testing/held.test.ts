import { expect, it } from 'vitest'
import type { Result } from '../call.ts'
import { fakeCall } from './fakeCall.ts'
import { held } from './held.ts'

/** Whether a promise is settled once everything that is ready has run. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  const open = Symbol('open')
  await new Promise(setImmediate)
  return (await Promise.race([promise, Promise.resolve(open)])) !== open
}

it('keeps every call until it is answered, in any order', async () => {
  const handler = held()
  const [first, second] = [fakeCall(), fakeCall()]
  const answers = [handler.next(first), handler.next(second)] as const
  expect(handler.calls.map(({ call }) => call)).toEqual([first, second])
  handler.calls[1]?.resolve({ content: [], n: 2 })
  expect(await answers[1]).toEqual({ content: [], n: 2 })
  expect(await isSettled(answers[0])).toBe(false)
  handler.calls[0]?.resolve()
  expect(await answers[0]).toEqual({ content: [] })
})

it('fails a call with whatever it is told', async () => {
  const handler = held()
  const answer = handler.next(fakeCall()).catch((error: unknown) => error)
  handler.calls[0]?.reject('a string')
  expect(await answer).toBe('a string')
})

it('can answer with what no handler should', async () => {
  const handler = held()
  const answer = handler.next(fakeCall())
  handler.calls[0]?.resolve(null as unknown as Result)
  expect(await answer).toBeNull()
})

it('tells when so many calls have arrived, to all who wait, at once when they already have', async () => {
  const handler = held()
  const waiting = [handler.arrived(2), handler.arrived(2), handler.arrived(3)] as const
  await handler.arrived(0)
  void handler.next(fakeCall())
  expect(await isSettled(waiting[0])).toBe(false)
  void handler.next(fakeCall())
  await Promise.all([waiting[0], waiting[1], handler.arrived(2), handler.arrived(1)])
  expect(await isSettled(waiting[2])).toBe(false)
  void handler.next(fakeCall())
  await waiting[2]
})
