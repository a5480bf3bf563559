import { subscribe } from '@millrace/core'
import type { WorkersEvent } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { gate, loop, pass } from './fixtures/gate.ts'
import { opened, taskFile, threadsDie } from './fixtures/open.ts'

const listen = (): WorkersEvent[] => {
  const heard: WorkersEvent[] = []
  onTestFinished(subscribe('workers', (event) => heard.push(event)))
  return heard
}

const ms = expect.any(Number) as number

test('what tasks go through is told in order, with the state of the pool', async () => {
  const heard = listen()
  const pool = await opened({ name: 'cpu', maxThreads: 1, maxQueued: 1 })
  const { flag, arrived, open } = gate()
  const held = pool.offload(pass)
  const results = [held(flag, 1), held(flag, 2), held(flag, 3).catch(() => {})]
  await arrived(1)
  open()
  await Promise.all(results)
  const of = (running: number, queued: number) => ({ pool: 'cpu', task: 'pass', running, queued })
  expect(heard.filter(({ type }) => type !== 'workers.threadStarted')).toEqual([
    { type: 'workers.started', ...of(1, 0), priority: 'normal', waitMs: 0 },
    { type: 'workers.queued', ...of(1, 1), priority: 'normal' },
    { type: 'workers.refused', ...of(1, 1), reason: 'full', waitMs: 0, retryAfterMs: undefined },
    { type: 'workers.finished', ...of(1, 1), runMs: ms, error: undefined },
    { type: 'workers.started', ...of(1, 0), priority: 'normal', waitMs: ms },
    { type: 'workers.finished', ...of(1, 0), runMs: ms, error: undefined },
  ])
})

test('threads that come and go are told, and who leaves the line', async () => {
  const heard = listen()
  const pool = await opened({ maxThreads: 1 })
  const { flag, arrived } = gate()
  const [leaving, waiting] = [new AbortController(), new AbortController()]
  const endless = pool.offload(loop)
  const results = [endless(flag, leaving.signal), endless(flag, waiting.signal)].map((one) => one.catch(() => {}))
  await arrived(1)
  waiting.abort()
  leaving.abort()
  await Promise.all(results)
  await pool.offload(() => 1)()
  const types = heard.map(({ type }) => type)
  expect(types.slice(0, 6)).toEqual([
    'workers.threadStarted',
    'workers.started',
    'workers.queued',
    'workers.left',
    'workers.stopped',
    'workers.threadEnded',
  ])
  expect(types).toContain('workers.threadStarted')
})

test('a thread that does not come up is told, and its task is refused in time', async () => {
  const heard = listen()
  threadsDie()
  const clock = manualClock()
  const pool = await opened({ minThreads: 0, maxThreads: 1, modules: [taskFile('dies')], startMs: 50, clock })
  const result = pool.offload(() => 1)()
  while (!heard.some(({ type }) => type === 'workers.threadFailed')) await new Promise(setImmediate)
  expect(heard.find(({ type }) => type === 'workers.threadFailed')).toMatchObject({ error: { message: 'dies' } })
  clock.advance(50)
  await expect(result).rejects.toThrow('No worker thread has started in time.')
})
