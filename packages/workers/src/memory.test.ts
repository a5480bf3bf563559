import { manualClock } from '@millrace/core/testing'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { opened } from './fixtures/open.ts'

const hoarded = (): number => {
  const kept: unknown[] = []
  for (;;) kept.push(Array.from({ length: 1000 }, (_, n) => ({ n })))
}

const buffered = (): number => {
  const kept: Uint8Array[] = []
  for (;;) if (kept.length < 200) kept.push(new Uint8Array(2 ** 20).fill(1))
}

test('an allocation is stopped at the limit of the heap, and a neighbour goes on', async () => {
  const pool = await opened({ minThreads: 2, maxThreads: 2, maxMemoryMb: 32, clock: manualClock() })
  const greedy = pool.offload(hoarded)()
  const neighbour = pool.offload((n: number) => n + 1)
  for (let n = 0; n < 20; n += 1) expect(await neighbour(n)).toBe(n + 1)
  await expect(greedy).rejects.toMatchObject({
    name: 'TaskOutOfMemoryError',
    code: 'ERR_TASK_OUT_OF_MEMORY',
    kind: 'abandoned',
    message: 'The task took more than 32 MB of memory and has been stopped.',
    cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
  })
  expect(await neighbour(1)).toBe(2)
  expect(pool.stats().stopped).toBe(1)
})

const canTell = 'getHeapStatistics' in Worker.prototype

test.runIf(canTell)('buffers outside of the heap count as well', async () => {
  const pool = await opened({ maxThreads: 1, maxMemoryMb: 64 })
  await expect(pool.offload(buffered)()).rejects.toMatchObject({
    code: 'ERR_TASK_OUT_OF_MEMORY',
    message: 'The task took more than 64 MB of memory and has been stopped.',
  })
  expect(await pool.offload(() => 1)()).toBe(1)
})

test.runIf(canTell)('whoever takes less is left alone', async () => {
  const pool = await opened({ maxThreads: 1, maxMemoryMb: 256 })
  const modest = pool.offload(() => {
    const kept: Uint8Array[] = []
    while (kept.length < 50) kept.push(new Uint8Array(2 ** 20).fill(1))
    const until = performance.now() + 120
    while (performance.now() < until);
    return kept.length
  })
  expect(await modest()).toBe(50)
})
