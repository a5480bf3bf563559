import type { FakeCallOptions } from '@millrace/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { counting } from '../fixtures/counting.ts'
import { memoryStore } from '../index.ts'
import type { CachedOptions } from '../index.ts'

// Some of what is asked for here is a mistake, and said to be one.
beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

describe('cached is asked for', () => {
  it.each<[string, CachedOptions, FakeCallOptions, number]>([
    ['a tool that says it only reads, by a general lifetime', { ttlMs: 1000 }, {}, 1],
    ['nothing of its own in the store of another', { store: memoryStore() }, {}, 2],
    ['not a tool that says nothing of itself', { ttlMs: 1000 }, { traits: {} }, 2],
    ['not a tool that says it writes', { ttlMs: 1000 }, { traits: { readOnly: false } }, 2],
    [
      'not a tool that says it both reads and destroys',
      { ttlMs: 1000 },
      { traits: { readOnly: true, destructive: true } },
      2,
    ],
    ['a tool that is named, though it says nothing', { tools: { tool: 1000 } }, { traits: {} }, 1],
    ['a named tool by the general lifetime', { ttlMs: 1000, tools: { tool: { tags: ['t'] } } }, { traits: {} }, 1],
    ['not a tool that is opted out', { ttlMs: 1000, tools: { tool: false } }, {}, 2],
    ['a handler it is wrapped around', { ttlMs: 1000 }, { traits: {}, isWrapped: true }, 1],
    ['a handler without a name it is wrapped around', { ttlMs: 1000 }, { isWrapped: true, isUnnamed: true }, 1],
    ['a prompt it is wrapped around', { ttlMs: 1000 }, { method: 'prompts/get', target: 'p', isWrapped: true }, 1],
    [
      'not a wrapped handler that is opted out',
      { ttlMs: 1000, prompts: false },
      { method: 'prompts/get', target: 'p', isWrapped: true },
      2,
    ],
    ['not lists, resources and prompts by the general lifetime', { ttlMs: 1000 }, { method: 'tools/list' }, 2],
    ['lists', { lists: 1000 }, { method: 'tools/list' }, 1],
    ['what a server says of itself', { lists: 1000 }, { method: 'server/discover' }, 2],
    ['resource templates', { lists: { ttlMs: 1000 } }, { method: 'resources/templates/list' }, 1],
    ['prompts', { prompts: 1000 }, { method: 'prompts/get', target: 'p' }, 1],
    ['resources', { resources: 1000 }, { method: 'resources/read', target: 'a://b' }, 1],
    ['resources by URI', { resources: { 'a://*': 1000 } }, { method: 'resources/read', target: 'a://b' }, 1],
    [
      'the first of several URIs that fits',
      { resources: { 'a://b': false, 'a://*': 1000 } },
      { method: 'resources/read', target: 'a://b' },
      2,
    ],
    [
      'not resources whose URI is not named',
      { resources: { 'a://*': 1000 } },
      { method: 'resources/read', target: 'b://a' },
      2,
    ],
    ['not methods it does not know', { ttlMs: 1000, lists: 1000 }, { method: 'completion/complete' }, 2],
    ['not a tool call without a name', { ttlMs: 1000 }, { target: undefined, traits: {} }, 2],
  ])('%s', async (_, options, call, runs) => {
    const world = counting(options)
    await world.send(call)
    await world.send(call)
    expect(world.runs).toBe(runs)
  })

  it('of a tool only while it says that it reads', async () => {
    const world = counting()
    await world.send()
    await world.send({ traits: {} })
    expect(world.runs).toBe(2)
  })

  it('with what a rule says in place of what is said for everything', async () => {
    const world = counting({ scope: 'public', ttlMs: 1000, tools: { own: { ttlMs: 5000, scope: 'private' } } })
    await world.send({ principal: 'ann' })
    await world.send({ principal: 'bob' })
    expect(world.runs).toBe(1)
    await world.send({ target: 'own', principal: 'ann' })
    await world.send({ target: 'own', principal: 'bob' })
    expect(world.runs).toBe(3)
    world.clock.advance(4999)
    await world.send({ target: 'own', principal: 'bob' })
    expect(world.runs).toBe(3)
  })

  it('of a tool named in tools, whatever its name', async () => {
    const world = counting({ tools: { constructor: 1000, ['__proto__']: 1000 } })
    for (const target of ['constructor', '__proto__', 'toString']) {
      await world.send({ target, traits: {} })
      await world.send({ target, traits: {} })
    }
    expect(world.runs).toBe(4)
  })

  it('apart for a handler it is wrapped around and the server it is attached to', async () => {
    const world = counting()
    await world.send({ isWrapped: true })
    await world.send()
    expect(world.runs).toBe(2)
  })

  it('without end of handlers that are wrapped anew for every request', async () => {
    const world = counting()
    for (let n = 0; n < 2500; n += 1) await world.send({ target: `anonymous ${n}`, isWrapped: true, isUnnamed: true })
    expect(world.runs).toBe(2500)
    expect(Object.keys((await world.cache.stats()).operations).length).toBeLessThanOrEqual(1001)
  })
})
