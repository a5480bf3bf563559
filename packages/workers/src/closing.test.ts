import { manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { gate, loop, pass } from './fixtures/gate.ts'
import { workers } from './workers.ts'

test('closing refuses what is new, lets the rest finish, then ends the threads', async () => {
  const pool = await workers({ minThreads: 1, maxThreads: 1 }).open()
  const { flag, arrived, open } = gate()
  const held = pool.offload(pass)
  const results = [held(flag, 1), held(flag, 2)]
  await arrived(1)
  const closed = pool.close()
  expect(pool.close()).toBe(closed)
  await expect(held(flag, 3)).rejects.toMatchObject({
    code: 'ERR_POOL_CLOSED',
    kind: 'rejected',
    message: 'The worker threads have been closed.',
  })
  open()
  expect(await Promise.all(results)).toEqual([1, 2])
  await closed
  expect(pool.stats()).toMatchObject({ threads: 0, finished: 2, refused: 1 })
  expect(pool.check()).toMatchObject({ status: 'unhealthy', detail: 'The worker threads are closed.' })
})

test('what takes longer than the grace is stopped, and what waits never begins', async () => {
  const clock = manualClock()
  const pool = await workers({ minThreads: 1, maxThreads: 1, clock }).open()
  const { flag, arrived } = gate()
  const endless = pool.offload(loop)
  const results = [endless(flag), endless(flag)].map((result) => result.catch((error: unknown) => error))
  await arrived(1)
  const closed = pool.close(300)
  clock.advance(300)
  expect(await Promise.all(results)).toMatchObject([
    {
      code: 'ERR_POOL_CLOSED',
      kind: 'abandoned',
      message: 'The worker threads were closed before the task had finished.',
    },
    { code: 'ERR_POOL_CLOSED', kind: 'rejected' },
  ])
  await closed
  expect(Atomics.load(flag, 1)).toBe(1)
  expect(pool.stats()).toMatchObject({ threads: 0, running: 0, queued: 0, stopped: 1, refused: 1 })
  expect(clock.timers).toBe(0)
})
