import { manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { gate, pass } from './fixtures/gate.ts'
import { opened, taskFile, threadsDie } from './fixtures/open.ts'
import { workers } from './workers.ts'

test('as a resource it is started, checked and closed', async () => {
  const context = { signal: new AbortController().signal, clock: manualClock() }
  const resource = workers({ name: 'cpu', maxThreads: 1 })
  const pool = await resource.start({}, context)
  expect(pool.stats()).toMatchObject({ name: 'cpu', threads: 1 })
  expect(await resource.check?.(pool, context)).toEqual({
    status: 'healthy',
    numbers: { threads: 1, running: 0, queued: 0 },
  })
  await resource.close?.(pool)
  await expect(pool.offload(() => 1)()).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('it is degraded while tasks wait', async () => {
  const pool = await opened({ maxThreads: 1 })
  const { flag, open } = gate()
  const results = [pool.offload(pass)(flag, 1), pool.offload(pass)(flag, 2)]
  expect(pool.check()).toMatchObject({ status: 'degraded', detail: '1 tasks wait for a thread.' })
  open()
  await Promise.all(results)
  expect(pool.check().status).toBe('healthy')
})

test('it is degraded while threads do not come up, and recovers when they do', async () => {
  const pool = await opened({ maxThreads: 1, modules: [taskFile('dies')] })
  const stop = threadsDie()
  await expect(pool.offload(() => process.exit())()).rejects.toMatchObject({ code: 'ERR_TASK_EXITED' })
  while (pool.stats().threads > 0) await new Promise(setImmediate)
  expect(pool.check()).toMatchObject({ status: 'degraded', detail: '0 of 1 threads are there.' })
  stop()
  expect(await pool.offload(() => 1)()).toBe(1)
  expect(pool.check().status).toBe('healthy')
})

test('threads that do not start in time fail the start', async () => {
  const clock = manualClock()
  const opening = workers({ clock, startMs: 50 }).open()
  while (clock.timers === 0) await new Promise(setImmediate)
  clock.advance(50)
  await expect(opening).rejects.toThrow('workers: the threads have not started within 50 ms')
})

test('a task for which no thread starts in time is refused', async () => {
  const clock = manualClock()
  const pool = await opened({ minThreads: 0, maxThreads: 1, clock, startMs: 50 })
  const result = pool.offload(() => 1)()
  clock.advance(50)
  await expect(result).rejects.toMatchObject({
    code: 'ERR_POOL_EXHAUSTED',
    message: 'No worker thread has started in time.',
  })
  const gone = new AbortController()
  const left = pool.offload(() => 1)(gone.signal)
  gone.abort('left')
  await expect(left).rejects.toBe('left')
  expect(await pool.offload(() => 2)()).toBe(2)
})
