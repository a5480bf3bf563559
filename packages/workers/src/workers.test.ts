import { runInThisContext } from 'node:vm'
import { expect, expectTypeOf, test } from 'vitest'
import { opened, taskFile } from './fixtures/open.ts'
import { gate, pass } from './fixtures/gate.ts'
import type primes from './fixtures/tasks/numbers.ts'
import type { double } from './fixtures/tasks/numbers.ts'

test('a module runs in a thread, with its own arguments and result', async () => {
  const pool = await opened({ modules: [taskFile('numbers')] })
  const count = pool.offload<typeof primes>(taskFile('numbers'))
  expectTypeOf(count).parameter(0).toEqualTypeOf<{ readonly below: number }>()
  const counted = count({ below: 100 })
  expectTypeOf(counted).toEqualTypeOf<Promise<number>>()
  expect(await counted).toBe(25)
  expect(count.name).toBe('numbers.ts')
  const twice = pool.offload<typeof double>(taskFile('numbers').pathname, { export: 'double' })
  expect(await twice(21)).toBe(42)
  expect(twice.name).toBe('double of numbers.ts')
  expect(pool.stats()).toMatchObject({ threads: 1, running: 0, queued: 0, tasks: 2, finished: 2, failed: 0 })
})

test('a function is sent as its source', async () => {
  const pool = await opened()
  const add = pool.offload((a: number, b: number) => a + b)
  expect(await add(1, 2)).toBe(3)
  // Tests are transformed, which would put a function of the test's runner in the place of import().
  const hash: unknown = runInThisContext(
    "async (text) => (await import('node:crypto')).createHash('md5').update(text).digest('hex')",
  )
  expect(await pool.offload(hash as (text: string) => Promise<string>)('x')).toBe('9dd4e461268c8034f5c8564e155c67a6')
  const nothing = pool.offload(() => {})
  expect([nothing.name, await nothing()]).toEqual(['function', undefined])
  expect(pool.offload((n: number) => n, { name: 'same' }).name).toBe('same')
})

test('threads start when they are needed, and as many as may', async () => {
  const pool = await opened({ minThreads: 0, maxThreads: 2, maxMemoryMb: Infinity, idleMs: Infinity })
  expect(pool.stats().threads).toBe(0)
  const { flag, arrived, open } = gate()
  const held = pool.offload(pass)
  const answers = [held(flag, 'a'), held(flag, 'b'), held(flag, 'c')]
  await arrived(2)
  expect(pool.stats()).toMatchObject({ threads: 2, running: 2, queued: 1 })
  open()
  expect(await Promise.all(answers)).toEqual(['a', 'b', 'c'])
  expect(pool.stats()).toMatchObject({ threads: 2, running: 0, queued: 0, finished: 3 })
})

test('a thread that nobody needs ends', async () => {
  const pool = await opened({ minThreads: 1, maxThreads: 2, idleMs: 1 })
  const { flag, arrived, open } = gate()
  const held = pool.offload(pass)
  const answers = [held(flag, 1), held(flag, 2)]
  await arrived(2)
  open()
  await Promise.all(answers)
  while (pool.stats().threads > 1) await new Promise(setImmediate)
  expect(await held(flag, 3)).toBe(3)
})
