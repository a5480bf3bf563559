import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { redisServer } from '../readme/redis.ts'
import type { RedisServer } from '../readme/redis.ts'

let server: RedisServer
beforeAll(async () => {
  server = await redisServer()
}, 120_000)
afterAll(async () => server.remove())

/** A process of its own; it says how often it has loaded. */
const start = () => {
  const path = join(import.meta.dirname, 'fixtures', 'process.ts')
  const child = spawn(process.execPath, ['--conditions=@millrace/source', path, server.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async (line: string): Promise<number> => {
    child.stdin.write(`${line}\n`)
    return Number((await lines.next()).value)
  }
}

/** Calls until the process has loaded so often. @returns how long that took, in milliseconds */
const untilLoads = async (ask: (line: string) => Promise<number>, loads: number): Promise<number> => {
  const startedAt = performance.now()
  while ((await ask('call')) < loads) {
    expect(performance.now() - startedAt, `it loads for the ${loads}th time`).toBeLessThan(15_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return performance.now() - startedAt
}

test('what one process invalidates is gone from the memory of another', { timeout: 60_000 }, async () => {
  const [a, b] = [start(), start()]
  expect(await Promise.all([a('call'), b('call')])).toEqual([1, 1])
  expect(await b('call')).toBe(1)
  await a('all')
  expect(await untilLoads(b, 2)).toBeLessThan(5_000)
  expect(await b('call')).toBe(2)
  await a('other')
  expect([await a('call'), await b('call')]).toEqual([2, 2])
})
