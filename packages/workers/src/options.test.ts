import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { settingsOf } from './options.ts'
import type { WorkersOptions } from './options.ts'
import { workers } from './workers.ts'

test.each<[unknown, string]>([
  [{ minThreads: -1 }, 'workers.minThreads must be an integer ≥ 0, got -1'],
  [{ minThreads: 3, maxThreads: 2 }, 'workers.minThreads must be at most maxThreads, 2, got 3'],
  [{ maxThreads: 0 }, 'workers.maxThreads must be an integer ≥ 1, got 0'],
  [{ maxQueue: 1 }, 'workers.maxQueue is not an option; did you mean maxQueued?'],
  [{ timeLimitMs: 0 }, 'workers.timeLimitMs must be a number ≥ 1 or Infinity, got 0'],
  [{ maxMemoryMb: 4 }, 'workers.maxMemoryMb must be an integer ≥ 8 or Infinity, got 4'],
  [
    { modules: ['./task.js'] },
    "workers.modules must be an array of file URLs or absolute paths, such as new URL('./task.js', import.meta.url), got an array",
  ],
  [{ clock: {} }, 'workers.clock must be a clock (with now, after), got an object'],
])('%j makes no sense', (options, message) => {
  expect(() => workers(options as WorkersOptions)).toThrow(message)
})

test('the defaults fit the machine, and are at least what is asked for', () => {
  expect(settingsOf()).toMatchObject({ minThreads: 1, maxThreads: Math.max(1, availableParallelism() - 1) })
  expect(settingsOf({ minThreads: 500 })).toMatchObject({ minThreads: 500, maxThreads: 500 })
  expect(settingsOf({ modules: [new URL('file:///a.js'), 'file:///b.js', '/c.js'] }).modules).toEqual([
    'file:///a.js',
    'file:///b.js',
    'file:///c.js',
  ])
})
