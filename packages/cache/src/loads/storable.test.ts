import type { FakeCallOptions } from '@millrace/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { counting } from '../fixtures/counting.ts'
import { eventsOf, resultOf } from '../fixtures/world.ts'

// A result that is too large is a warning.
beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

describe('cached never keeps', () => {
  it.each<[string, unknown]>([
    ['an isError result', { content: [], isError: true }],
    ['a result that asks for input', { resultType: 'input_required', inputRequests: {} }],
    ['a result of a type it does not know', { resultType: 'task', taskId: '1' }],
    ['a task', { task: { taskId: '1', status: 'working' } }],
    ['what has the id of a task', { content: [], taskId: '1' }],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'text'],
    ['an array', [1]],
    ['what has a BigInt in it', { n: 1n }],
    ['what turns into something else as JSON', { toJSON: () => 'text' }],
    ['what is too large', { text: 'x'.repeat(1000) }],
  ])('%s', async (_, answer) => {
    const world = counting({ ttlMs: 1000, maxEntryBytes: 1000 }, () => answer)
    expect(await world.send()).toBe(answer)
    expect(await world.send()).toBe(answer)
    expect(world.runs).toBe(2)
  })

  it('a circular result, and says why', async () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const world = counting({ ttlMs: 1000 }, () => circular)
    const events = await eventsOf(async () => expect(await world.send()).toBe(circular))
    expect(events).toMatchObject([
      { type: 'cache.miss' },
      { type: 'cache.failed', during: 'copy' },
      { type: 'cache.bypassed', reason: 'not JSON' },
    ])
    await world.send()
    expect(world.runs).toBe(2)
  })

  it('a result that cannot be written, and passes it on', async () => {
    const answer = {
      get text(): string {
        throw new Error('unreadable')
      },
    }
    const world = counting({ ttlMs: 1000 }, () => answer)
    expect(await world.send()).toBe(answer)
    expect(await world.send()).toBe(answer)
    expect(world.runs).toBe(2)
  })

  it('a throw', async () => {
    const world = counting({ ttlMs: 1000 }, () => {
      throw 'a string'
    })
    await expect(world.send()).rejects.toBe('a string')
    await expect(world.send()).rejects.toBe('a string')
    expect(world.runs).toBe(2)
  })

  it.each<[string, FakeCallOptions]>([
    ['the answer to a dialogue', { isExchange: true }],
    ['the answer to a request for a task', { params: { name: 'tool', task: { ttl: 1 } } }],
  ])('%s', async (_, call) => {
    const world = counting()
    await world.send(call)
    await world.send(call)
    expect(world.runs).toBe(2)
    await world.send()
    expect(world.runs).toBe(3)
  })

  it('a result whose lifetime, tags or key the author fails to say', async () => {
    const fail = () => {
      throw new Error('oops')
    }
    for (const rule of [
      { ttlMs: fail },
      { tags: fail },
      { tags: () => 'x' as never },
      { varyBy: fail },
      { key: fail },
    ]) {
      const world = counting({ ttlMs: 1000, ...rule })
      const events = await eventsOf(async () => {
        expect(await world.send()).toEqual(resultOf(1))
        expect(await world.send()).toEqual(resultOf(2))
      })
      expect(events.filter(({ type }) => type === 'cache.failed')).toHaveLength(2)
    }
  })
})

describe('cached passes on whole', () => {
  // Since Node 26 JSON has no limit of depth; before, what is nested deeper than the call stack allows is not kept.
  it('a result nested 100,000 deep, and keeps it where it can be written', async () => {
    let deep: unknown = []
    for (let n = 0; n < 100_000; n += 1) deep = [deep]
    const world = counting({ ttlMs: 1000 }, () => ({ deep }))
    const answers = [await world.send(), await world.send()]
    expect(answers.map((answer) => depthOf(answer['deep']))).toEqual([100_001, 100_001])
    expect(world.runs).toBe(canBeWritten(deep) ? 1 : 2)
  })
})

const depthOf = (value: unknown): number => {
  let depth = 0
  for (let at = value; Array.isArray(at); at = at[0]) depth += 1
  return depth
}

const canBeWritten = (value: unknown): boolean => {
  try {
    JSON.parse(JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
