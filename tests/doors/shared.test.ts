import { cached } from '@millrace/cache'
import { chain, only } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { invoke, use, wrap } from '@millrace/mcp'
import { queue, rateLimit } from '@millrace/queue'
import { breaker, hedge, retry } from '@millrace/resilience'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { lines } from '../fixtures/lines.ts'
import { text } from '../fixtures/world.ts'

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const reads = { readOnlyHint: true }
const config = (annotations: object) => ({ inputSchema: z.object({}), annotations })
const request = { method: 'tools/call', params: { name: 'tool', arguments: {} } }
const codes = () => vi.mocked(process.emitWarning).mock.calls.map(([, options]) => (options as { code?: string }).code)
const again = () => retry({ attempts: 3, delaysMs: 0 })

describe.each(lines)('one value at several doors of SDK $name', ({ server }) => {
  /** Calls a tool of a server with these doors. @returns what was answered, and how often the handler ran */
  const calls = async (
    doors: {
      readonly used: readonly Middleware[]
      readonly wrapped: readonly Middleware[]
      readonly inner?: readonly Middleware[]
    },
    { annotations = reads, times = 1, fails = false } = {},
  ) => {
    let runs = 0
    const used = use(server(), ...doors.used)
    const handler = async () => {
      runs += 1
      if (fails) throw new Error('broken')
      return text('x')
    }
    const inside = doors.inner === undefined ? handler : wrap({ name: 'tool' }, ...doors.inner)(handler)
    used.registerTool('tool', config(annotations), wrap({ name: 'tool' }, ...doors.wrapped)(inside))
    const answers = []
    for (let n = 0; n < times; n += 1) answers.push(await invoke(used, request))
    return { runs, answers, refused: answers.filter(({ isError }) => isError === true).length }
  }
  const places: ReadonlyArray<readonly [string, (one: Middleware) => Parameters<typeof calls>[0]]> = [
    ['use and wrap', (one) => ({ used: [one], wrapped: [one] })],
    ['use twice', (one) => ({ used: [one, one], wrapped: [] })],
    ['wrap twice', (one) => ({ used: [], wrapped: [one, one] })],
    ['a wrap in a wrap', (one) => ({ used: [], wrapped: [one], inner: [one] })],
    ['a wrap in a wrap under use', (one) => ({ used: [one], wrapped: [one], inner: [chain(one)] })],
    ['chains of both', (one) => ({ used: [chain(one)], wrapped: [chain(chain(one))] })],
    ['only some tools, inside all', (one) => ({ used: [one, only('tool', one)], wrapped: [only('tool', one)] })],
    ['all tools, inside some', (one) => ({ used: [only('tool', one), one], wrapped: [one] })],
  ]

  it.each(places)('takes one slot of a queue: %s', async (_, doors) => {
    const { refused, runs } = await calls(doors(queue({ maxConcurrent: 1, maxQueued: 0 })), { times: 2 })
    expect([refused, runs]).toEqual([0, 2])
  })

  it.each(places)('counts a call once towards a rate: %s', async (_, doors) => {
    const { refused } = await calls(doors(rateLimit({ calls: 2, perMs: 3_600_000 })), { times: 3 })
    expect(refused).toBe(1)
  })

  it.each(places)('makes as many attempts as it says: %s', async (_, doors) => {
    expect((await calls(doors(again()), { fails: true })).runs).toBe(3)
  })

  it.each(places)('counts a failure once: %s', async (_, doors) => {
    const circuit = breaker({ minCalls: 10 })
    await calls(doors(circuit), { fails: true, times: 3 })
    expect(circuit.state('tools/call tool')).toMatchObject({ calls: 3, failures: 3 })
  })

  it('repeats a handler by the word of wrap where the tool says nothing of itself', async () => {
    const one = again()
    expect((await calls({ used: [one], wrapped: [one] }, { annotations: {} as never, fails: true })).runs).toBe(3)
    const other = hedge()
    expect((await calls({ used: [other], wrapped: [other] }, { annotations: {} as never })).runs).toBe(1)
  })

  it('keeps a cache at both, which names the tool and answers', async () => {
    const cache = cached({ ttlMs: 60_000 })
    const { runs, refused } = await calls({ used: [cache], wrapped: [cache] }, { annotations: {} as never, times: 3 })
    expect([runs, refused]).toEqual([1, 0])
    const other = cached({ ttlMs: 60_000 })
    const both = await calls({ used: [other, other], wrapped: [chain(other)] }, { times: 3 })
    expect([both.runs, both.refused]).toEqual([1, 0])
  })

  it('keeps no cache in a cache of the same wrap, where it would wait for itself', async () => {
    for (const used of [[], [queue()]]) {
      const cache = cached({ ttlMs: 60_000 })
      const { runs, refused } = await calls({ used, wrapped: [chain(cache)], inner: [cache] }, { times: 3 })
      expect([runs, refused, (await cache.stats()).hits]).toEqual([1, 0, 2])
    }
  })

  it('is nothing to speak of, unless it stands twice at one', async () => {
    const values = () => [rateLimit({ calls: 9 }), again(), breaker(), queue()]
    const policy = values()
    await calls({ used: policy, wrapped: policy })
    await calls({ used: [chain(...policy)], wrapped: [...policy].slice(1) })
    expect(codes()).not.toContain('MILLRACE_ORDER')
    const mine: Middleware = (call, next) => next(call)
    await calls({ used: [mine, chain(only('tool', mine))], wrapped: [] })
    expect(codes().filter((code) => code === 'MILLRACE_ORDER')).toHaveLength(1)
    expect(process.emitWarning).toHaveBeenCalledWith(
      'mine stands twice on the way of a call: a call passes through one value once, so it is left out where it is written the second time. Make two values where two are meant.',
      { type: 'MillraceWarning', code: 'MILLRACE_ORDER' },
    )
  })
})
