import { chain } from '@millrace/core'
import type { Call, Next } from '@millrace/core'
import { fakeCall, held, manualClock, middlewareContract } from '@millrace/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { counting } from './fixtures/counting.ts'
import { resultOf } from './fixtures/world.ts'
import { cached } from './index.ts'

// The contract calls a tool that writes.
beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

describe('cached keeps the contract of a middleware', () => {
  describe.each([
    ['for another tool', { tools: { other: 1000 } }],
    ['with a lifetime', { ttlMs: 1000 }],
    ['serving stale', { ttlMs: 1000, staleMs: 1000, staleIfErrorMs: 1000, earlyRefresh: 1 }],
  ] as const)('%s', (_, options) => {
    for (const { name, run } of middlewareContract((clock) => cached({ clock, ...options }))) it(name, run)
  })
  describe('around the tool it is named for', () => {
    const make = middlewareContract((clock) => cached({ clock, tools: { tool: 1000 }, lists: 1000 }))
    for (const { name, run } of make) it(name, run)
  })
})

describe('cached answers', () => {
  it('a second call without the handler', async () => {
    const world = counting()
    expect(await world.send({ input: { a: 1 } })).toEqual(resultOf(1))
    expect(await world.send({ input: { a: 1 } })).toEqual(resultOf(1))
    expect(world.runs).toBe(1)
  })

  it('anew when the lifetime has ended', async () => {
    const world = counting({ ttlMs: 1000 })
    await world.send()
    world.clock.advance(999)
    expect(await world.send()).toEqual(resultOf(1))
    world.clock.advance(1)
    expect(await world.send()).toEqual(resultOf(2))
  })

  it('for as long as the function says, call by call, and not at all for 0 or less', async () => {
    const ttlMs = (call: Call) => (call.input as { ms: number }).ms
    const world = counting({ ttlMs })
    for (const ms of [100, 100, 0, 0, -5, -5, Number.NaN, Number.NaN]) await world.send({ input: { ms } })
    expect(world.runs).toBe(7)
  })

  it('for ever when the lifetime is Infinity', async () => {
    const world = counting({ ttlMs: Infinity, staleMs: Infinity })
    await world.send()
    world.clock.advance(1e12)
    expect(await world.send()).toEqual(resultOf(1))
    expect(world.clock.timers).toBe(1)
  })

  it('each of two servers that have a cache of their own by itself', async () => {
    const [one, other] = [counting(), counting()]
    await one.send()
    await other.send()
    expect([one.runs, other.runs]).toEqual([1, 1])
  })
})

describe('cached says at start', () => {
  const tools = (traits: object) => ({ traits: () => traits })

  it('that a tool it is named for writes', () => {
    const cache = cached({ tools: { add_note: 1000 } })
    expect(() => cache.inspect(tools({ readOnly: false }))).toThrow(
      new TypeError(
        'cached.tools.add_note: add_note says it writes (readOnlyHint: false); a cached answer would skip the write. ' +
          'Take it out, or say what it makes outdated: { invalidates: […] }.',
      ),
    )
    expect(() => cache.inspect(tools({ destructive: true }))).toThrow('(destructiveHint: true)')
  })

  it('nothing of tools that read, say nothing, are not there, are opted out or invalidate', () => {
    const cache = cached({ ttlMs: 1, tools: { a: 1, b: false, c: { invalidates: ['x'] } } })
    cache.inspect(tools({ readOnly: true }))
    cache.inspect(tools({}))
    cache.inspect({ traits: () => undefined })
    cache.inspect({ traits: (name) => (name === 'a' ? {} : { readOnly: false }) })
  })

  it('once, later, that nothing says how long the results of a handler it is put around are kept', async () => {
    const warn = vi.mocked(process.emitWarning)
    const world = counting({ lists: 1000, tools: { off: false } })
    for (const target of ['tool', 'tool', 'off']) await world.send({ target, isWrapped: true })
    expect(world.runs).toBe(3)
    expect(warn).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledWith(
      'cached: tools/call tool is wrapped and not cached, as nothing says for how long; give ttlMs',
      { type: 'MillraceWarning', code: 'MILLRACE_CACHE' },
    )
  })

  it('once, later, that a handler it is put around writes', async () => {
    const warn = vi.mocked(process.emitWarning)
    const world = counting()
    const call = { traits: { readOnly: false }, isWrapped: true }
    await world.send(call)
    await world.send(call)
    expect(world.runs).toBe(2)
    expect(warn).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledWith(
      'cached: tools/call tool says it writes (readOnlyHint: false) and is not cached',
      { type: 'MillraceWarning', code: 'MILLRACE_CACHE' },
    )
  })
})

describe('cached stands', () => {
  it('with the names of the tools it was told of, for a door to look for', () => {
    expect(cached({ tools: { search: 1000, add_note: { invalidates: [] } } }).mentions).toEqual({
      'cached.tools': ['search', 'add_note'],
    })
  })

  it('in its place of the recommended order', () => {
    expect(cached({ ttlMs: 1 }).stage).toBe('cached')
  })

  it('twice in a chain without waiting for itself', async () => {
    const clock = manualClock()
    const cache = cached({ ttlMs: 1000, clock })
    const handler = held()
    const twice = chain(cache, cache)
    const answer = twice(fakeCall({ clock }), handler.next)
    await handler.arrived(1)
    handler.calls[0]?.resolve(resultOf(1))
    expect(await answer).toEqual(resultOf(1))
  })

  it('around a handler that is not async', async () => {
    const clock = manualClock()
    const cache = cached({ ttlMs: 1000, clock })
    const thrown = new Error('own')
    const failing = () => {
      throw thrown
    }
    await expect(cache(fakeCall({ clock }), failing)).rejects.toBe(thrown)
    expect(await cache(fakeCall({ clock }), (() => resultOf(1)) as unknown as Next)).toEqual(resultOf(1))
  })
})
