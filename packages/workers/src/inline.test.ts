import { subscribe } from '@millrace/core'
import { expect, onTestFinished, test } from 'vitest'
import { opened, taskFile } from './fixtures/open.ts'
import type { double } from './fixtures/tasks/numbers.ts'
import { Placement } from './offload/place.ts'

test('eight quick tasks in a row come inline, and a slow one goes back for twice as long', () => {
  const placement = new Placement(1)
  for (let n = 0; n < 7; n += 1) expect(placement.took('worker', 0.5)).toBe(false)
  expect(placement.took('worker', 1)).toBe(false)
  for (let n = 0; n < 7; n += 1) expect(placement.took('worker', 0.9)).toBe(false)
  expect([placement.took('worker', 0.9), placement.place]).toEqual([true, 'inline'])
  expect(placement.took('worker', 50)).toBe(false)
  expect(placement.took('inline', 1.9)).toBe(false)
  expect([placement.took('inline', 2), placement.place]).toEqual([true, 'worker'])
  for (let n = 0; n < 15; n += 1) expect(placement.took('worker', 0.1)).toBe(false)
  expect([placement.took('worker', 0.1), placement.place]).toEqual([true, 'inline'])
})

test('what threads measure as quick runs here, until it is slow', async () => {
  const moves: unknown[] = []
  onTestFinished(subscribe('workers', (event) => void (event.type === 'workers.moved' && moves.push(event.to))))
  const pool = await opened({ maxThreads: 1 })
  const spin = pool.offload(
    (ms: number) => {
      const until = performance.now() + ms
      while (performance.now() < until);
      return ms
    },
    { inlineBelowMs: 50 },
  )
  for (let n = 0; n < 8; n += 1) await spin(0)
  expect(pool.stats().inline).toBe(0)
  expect(await spin(0)).toBe(0)
  expect(pool.stats().inline).toBe(1)
  expect(await spin(110)).toBe(110)
  await spin(0)
  expect(pool.stats()).toMatchObject({ inline: 2, finished: 11 })
  expect(moves).toEqual(['inline', 'worker'])
})

test('inline or not, a module and its errors are the same', async () => {
  const pool = await opened({ maxThreads: 1 })
  const twice = pool.offload<typeof double>(taskFile('numbers'), { export: 'double', inlineBelowMs: 1_000 })
  for (let n = 0; n < 10; n += 1) expect(await twice(n)).toBe(2 * n)
  const failing = pool.offload(
    (n: number) => {
      throw new RangeError(`no ${n}`)
    },
    { inlineBelowMs: 1_000 },
  )
  for (let n = 0; n < 10; n += 1) await expect(failing(n)).rejects.toThrow(new RangeError(`no ${n}`))
  expect(pool.stats()).toMatchObject({ inline: 4, finished: 10, failed: 10 })
})
