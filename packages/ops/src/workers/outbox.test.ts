import { Readable } from 'node:stream'
import { manualClock } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import type { Answer } from '../listener/answer.ts'
import type { Asked } from '../listener/part.ts'
import { Outbox } from './outbox.ts'

const outboxOf = (handle: (request: Asked) => Answer | Promise<Answer>) => {
  const clock = manualClock()
  const life: string[] = []
  const part = {
    routes: [{ path: '/a', guard: 'act' as const, handle }],
    open: () => void life.push('open'),
    close: () => void life.push('close'),
  }
  const outbox = new Outbox([part], clock)
  const begin = (id: string) => outbox.begin({ id, path: '/a', url: '/a?x=1', accept: 'text/plain' })
  return { outbox, clock, begin, life }
}

const long = (): Readable => Readable.from(Array.from({ length: 4 }, (_piece, at) => String(at).repeat(200_000)))

it('answers what is short at once, as the route does', async () => {
  const { begin, outbox } = outboxOf(({ url, headers }) => ({
    status: 201,
    type: 'text/plain',
    headers: { a: 'b' },
    body: `${url} ${headers.accept}`,
  }))
  const answer = { status: 201, type: 'text/plain', headers: { a: 'b' }, text: '/a?x=1 text/plain', isLast: true }
  expect(await begin('1')).toEqual(answer)
  await expect(outbox.next('1')).rejects.toThrow('Nobody wanted this answer any more.')
})

it('gives what is long piece by piece, as it is asked for', async () => {
  const { begin, outbox } = outboxOf(() => ({ type: 'text/plain', body: long() }))
  const first = await begin('1')
  expect([first.text.length, first.isLast]).toEqual([400_000, false])
  expect(await outbox.next('1')).toEqual({ text: '2'.repeat(200_000) + '3'.repeat(200_000), isLast: false })
  expect(await outbox.next('1')).toEqual({ text: '', isLast: true })
})

it.each(['drop', 'time', 'close'] as const)('lets go of what nobody wants any more (%s)', async (how) => {
  const body = long()
  const { begin, outbox, clock, life } = outboxOf(() => ({ type: 'text/plain', body }))
  await begin('1')
  if (how === 'drop') outbox.drop('1')
  else if (how === 'time') clock.advance(60_000)
  else outbox.close()
  await expect(outbox.next('1')).rejects.toThrow('Nobody wanted this answer any more.')
  await new Promise((resolve) => setImmediate(resolve))
  expect(body.destroyed).toBe(true)
  expect(life).toEqual(how === 'close' ? ['open', 'close'] : ['open'])
})

it('tells a route that whoever asked has gone', async () => {
  const { begin, outbox } = outboxOf(
    ({ socket }) =>
      new Promise((_resolve, reject) => void socket.once('close', () => reject(new Error(`gone ${socket.destroyed}`)))),
  )
  const asked = begin('1')
  outbox.drop('1')
  await expect(asked).rejects.toThrow('gone true')
  outbox.drop('1')
})

it('has no answer that writes by itself, and none for a path that is not there', async () => {
  const { begin, outbox } = outboxOf(() => ({ type: 'text/event-stream', body: () => {} }))
  await expect(begin('1')).rejects.toThrow('This is answered by the first process alone.')
  const nowhere = { id: '2', path: '/b', url: '/b', accept: undefined }
  await expect(outbox.begin(nowhere)).rejects.toThrow('There is nothing at /b in this worker.')
})
