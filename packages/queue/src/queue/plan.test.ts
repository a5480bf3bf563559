import { describe, expect, it } from 'vitest'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

describe('a mistake in the options', () => {
  it.each<[unknown, string]>([
    [{ maxConcurrent: 0 }, 'queue.maxConcurrent must be an integer ≥ 1 or Infinity or an object, got 0'],
    [{ maxConcurrent: { initial: 0 } }, 'queue.maxConcurrent.initial must be an integer ≥ 1, got 0'],
    [{ maxConcurrent: { start: 5 } }, 'queue.maxConcurrent.start is not an option; there are initial, min, max'],
    [{ maxConcurrent: { min: 5, max: 4 } }, 'queue.maxConcurrent.max must be at least min, which is 5, got 4'],
    [
      { maxConcurrent: { initial: 3, min: 4 } },
      'queue.maxConcurrent.initial must be from min to max, 4 to 1000, got 3',
    ],
    [{ perTool: 0 }, 'queue.perTool must be an integer ≥ 1 or Infinity or an object of such numbers by tool, got 0'],
    [{ perTool: { search: '4' } }, "queue.perTool.search must be an integer ≥ 1 or Infinity, got '4'"],
    [{ perTool: { ok: 1, a: -1 } }, 'queue.perTool.a must be an integer ≥ 1 or Infinity, got -1'],
    [{ perTool: new Map([['a', 1]]) }, 'an object of such numbers by tool (no Map), got an object'],
    [{ priority: new Map() }, 'an object of such words by tool (no Map), got an object'],
    [
      { priority: { a: 'urgent' } },
      "queue.priority.a must be one of 'critical', 'high', 'normal', 'low', got 'urgent'",
    ],
    [{ perPrincipal: 1.5 }, 'queue.perPrincipal must be an integer ≥ 1 or Infinity, got 1.5'],
    [{ maxQueued: -1 }, 'queue.maxQueued must be an integer ≥ 0 or Infinity, got -1'],
    [{ maxWaitMs: -1 }, 'queue.maxWaitMs must be a number ≥ 0 or Infinity, got -1'],
    [{ discipline: 'random' }, "queue.discipline must be one of 'adaptive', 'fifo', 'lifo', got 'random'"],
    [{ targetMs: 0 }, 'queue.targetMs must be a number above 0, got 0'],
    [{ intervalMs: NaN }, 'queue.intervalMs must be a number above 0, got NaN'],
    [
      { priority: 'urgent' },
      "queue.priority must be one of 'critical', 'high', 'normal', 'low' or a function or an object",
    ],
    [{ priority: { a: 1 } }, "queue.priority.a must be one of 'critical', 'high', 'normal', 'low', got 1"],
    [{ fairBy: true }, 'queue.fairBy must be a function or false, got true'],
    [{ classBy: 'tool' }, "queue.classBy must be a function, got 'tool'"],
    [{ healthyRatio: 80 }, 'queue.healthyRatio must be a number above 0 and at most 1, got 80'],
    [{ load: 0.9 }, 'queue.load must be what loadSignals() gives (with sheds), got 0.9'],
    [{ graceMs: -1 }, 'queue.graceMs must be a number ≥ 0 or Infinity, got -1'],
    [{ weight: 2 }, 'queue.weight must be a function, got 2'],
    [{ name: '' }, "queue.name must be a string that is not empty, got ''"],
    [{ maxQueue: 5 }, 'queue.maxQueue is not an option; did you mean maxQueued?'],
    [5, 'queue: options must be an object, got 5'],
  ])('%j is told in one sentence', (options, message) => {
    expect(() => queue(options as QueueOptions)).toThrow(message)
  })

  it.each<[QueueOptions, number]>([
    [{}, 20],
    [{ maxConcurrent: { min: 50 } }, 50],
    [{ maxConcurrent: { max: 5 } }, 5],
    [{ maxConcurrent: { min: 2000 } }, 2000],
    [{ maxConcurrent: 3 }, 3],
    [{ maxConcurrent: Infinity }, Infinity],
  ])('is none of %j', (options, limit) => {
    expect(queue(options).state().limit).toBe(limit)
  })
})
