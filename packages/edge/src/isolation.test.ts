import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { edge } from './edge.ts'
import type { Edge } from './edge.ts'
import { listen } from './fixtures/listen.ts'
import { legacy, legacyHeaders, modern } from './fixtures/post.ts'
import { v1, v2 } from './fixtures/servers.ts'
import type { TestServer } from './fixtures/servers.ts'
import { until } from './fixtures/until.ts'
import { mapSizesOf, waitingServer } from './fixtures/waiting.ts'
import type { Waiting } from './fixtures/waiting.ts'

/** What one caller does: who it is, which id it uses, and what becomes of its call. */
const exchange = fc.record({
  user: fc.nat(4),
  id: fc.oneof(fc.nat(2), fc.constantFrom('a', 'b')),
  end: fc.constantFrom('answer', 'answer', 'somebody else cancels', 'disconnect'),
  progress: fc.nat(2),
  order: fc.nat(1000),
})

type Plan = typeof exchange extends fc.Arbitrary<infer Value> ? Value : never

const sockets = { name: 'over sockets', isListening: true }
const inProcess = { name: 'through fetch', isListening: false }

const cases = [
  { server: 'v1', line: v1, isModern: false, isCached: false },
  { server: 'v1, cached', line: v1, isModern: false, isCached: true },
  { server: 'v2, 2025', line: v2, isModern: false, isCached: false },
  { server: 'v2, 2026-07-28', line: v2, isModern: true, isCached: false },
  { server: 'v2, 2026-07-28, cached', line: v2, isModern: true, isCached: true },
].flatMap((one) => [sockets, inProcess].map((way) => ({ ...one, ...way, title: `${one.server}, ${way.name}` })))

describe.each(cases)('concurrent exchanges with a server of $title', ({ line, isModern, isCached, isListening }) => {
  it('each get their own result, identity and progress, and leave nothing behind', { timeout: 120_000 }, async () => {
    const made: TestServer[] = []
    const waiting = new Map<string, Waiting>()
    const served = edge(waitingServer(line, waiting, made, isCached), {
      authenticate: ({ headers }) => ({
        token: headers.get('authorization') ?? '',
        clientId: 'one for all',
        scopes: [],
      }),
    })
    const door = await doorOf(served, isListening)
    let count = 0
    const requestOf = ({ user, id }: Plan, key: string) => {
      const headers = { authorization: `token${user}` }
      const params = { name: 'wait', arguments: { key } }
      const meta = { progressToken: id }
      return isModern
        ? modern('tools/call', params, id, { meta, headers, client: `client${user}` })
        : legacy('tools/call', { ...params, _meta: meta }, id, headers)
    }
    const start = (plan: Plan) => {
      const key = `k${(count += 1)}`
      const gone = new AbortController()
      const answer = door.fetch({ ...requestOf(plan, key), signal: gone.signal })
      return { plan, key, gone, answer: answer.catch(() => '') }
    }
    // Every server that there will be has answered once.
    for (let user = 0; user <= 4; user += 1) {
      const { key, answer } = start({ user, id: 0, end: 'answer', progress: 0, order: 0 })
      await until(() => waiting.has(key), 'the handler runs')
      waiting.get(key)?.answer()
      await answer
    }
    const sizes = mapSizesOf(made)
    await fc.assert(
      fc.asyncProperty(fc.array(exchange, { minLength: 20, maxLength: 60 }), async (plans) => {
        const running = plans.map(start)
        await until(() => running.every(({ key }) => waiting.has(key)), 'every handler runs')
        for (const { plan, key, gone } of running.toSorted((a, b) => a.plan.order - b.plan.order)) {
          const held = waiting.get(key) as Waiting
          for (let n = 0; n < plan.progress; n += 1) void held.progress()
          if (plan.end === 'somebody else cancels') await door.fetch(cancelOf(plan))
          if (plan.end === 'disconnect') gone.abort()
          else held.answer()
          if (plan.order % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
        for (const { plan, key, answer } of running) {
          if (plan.end === 'disconnect')
            await until(() => waiting.get(key)?.signal.aborted === true, `${key} is aborted`)
          else expect(messagesIn(await answer)).toEqual(expectedOf(plan, key, isModern))
        }
        await until(() => served.stats().active === 0, 'every exchange ends')
        waiting.clear()
      }),
      { numRuns: 25, interruptAfterTimeLimit: 60_000 },
    )
    expect(count).toBeGreaterThan(500)
    await vi.waitFor(() => expect(mapSizesOf(made)).toEqual(sizes))
    await served.close(0)
    await door.close()
  })
})

/** A way to an edge: through its `fetch`, or with real sockets. */
interface Door {
  fetch(init: RequestInit): Promise<string>
  close(): Promise<void>
}

const doorOf = async (served: Edge, isListening: boolean): Promise<Door> => {
  if (!isListening) {
    const url = 'http://127.0.0.1/mcp'
    return {
      fetch: async (init) => (await served.fetch(new Request(url, init))).text(),
      close: () => Promise.resolve(),
    }
  }
  const { url, close } = await listen(served.handler)
  return { fetch: async (init) => (await fetch(url, init)).text(), close }
}

/** Another user takes back a request by the id that this one uses. */
const cancelOf = ({ user, id }: Plan) => {
  const headers = { ...legacyHeaders, authorization: `token${(user + 1) % 5}` }
  const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

const expectedOf = ({ user, id, progress }: Plan, key: string, isModern: boolean) => {
  const client = isModern ? `client${user}` : 'nobody'
  const text = [key, `token${user}`, client, client].join(' ')
  const params = { progressToken: id, progress: 1, message: `${key} token${user}` }
  return [
    ...Array.from({ length: progress }, () => ({ jsonrpc: '2.0', method: 'notifications/progress', params })),
    expect.objectContaining({ id, result: expect.objectContaining({ content: [{ type: 'text', text }] }) }),
  ]
}

const messagesIn = (text: string): unknown[] =>
  text.startsWith('{')
    ? [JSON.parse(text)]
    : text
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => JSON.parse(line.slice('data: '.length)) as unknown)
