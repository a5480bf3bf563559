import { cached } from '@millrace/cache'
import { headerOf, invoke, use, wrap } from '@millrace/mcp'
import type { SdkContext } from '@millrace/mcp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { edge } from './edge.ts'
import { legacy, modern } from './fixtures/post.ts'
import { v1, v2 } from './fixtures/servers.ts'

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: String(value) }] })
const annotations = { readOnlyHint: true }

describe.each([
  { title: 'v1', line: v1, request: legacy },
  { title: 'v2, 2025', line: v2, request: legacy },
  {
    title: 'v2, 2026-07-28',
    line: v2,
    request: (method: string, params: object, id: number, headers: object) =>
      modern(method, { ...params }, id, { headers }),
  },
])('a handler that looks at who calls, behind an edge in front of $title', ({ line, request }) => {
  const askedOf = (attach: (cache: ReturnType<typeof cached>) => ReturnType<typeof edge>) => {
    const served = attach(cached({ ttlMs: 60_000 }))
    return async (user: string) => {
      const answer = await served.fetch(
        new Request('http://localhost/mcp', request('tools/call', { name: 'who' }, 1, { 'x-user-id': user })),
      )
      return (await answer.text()).includes(`is ${user}`)
    }
  }
  const look = vi.fn<(context: never) => Promise<object>>(async (context) =>
    text(`is ${String(headerOf(context, 'x-user-id'))}`),
  )
  beforeEach(() => void look.mockClear())

  it.each(['use', 'wrap'])('answers each caller by itself, cached by %s', async (door) => {
    const ask = askedOf((cache) =>
      edge(() => {
        const server = door === 'use' ? use(line.mcpServer(), cache) : line.mcpServer()
        server.registerTool('who', { annotations }, door === 'use' ? look : wrap({ name: 'who' }, cache)(look))
        return server
      }),
    )
    for (const user of ['ann', 'bob', 'ann']) expect([user, await ask(user)]).toEqual([user, true])
    expect(look).toHaveBeenCalledTimes(3)
  })

  it('is kept where the author says who calls', async () => {
    const ask = askedOf((cache) =>
      edge(() => {
        const server = use(line.mcpServer(), { principal: (_, context) => headerOf(context, 'x-user-id') }, cache)
        server.registerTool('who', { annotations }, look)
        return server
      }),
    )
    for (const user of ['ann', 'bob', 'ann']) expect([user, await ask(user)]).toEqual([user, true])
    expect(look).toHaveBeenCalledTimes(2)
  })
})

it.each([
  ['v1', v1],
  ['v2', v2],
])('a middleware in front of %s asks further tools on behalf of the same caller', async (_, line) => {
  const principals: unknown[] = []
  const served = edge(() => {
    const options = { principal: (_: unknown, context: SdkContext) => headerOf(context, 'x-user-id') }
    const server = use(line.mcpServer(), options, async (call, next) => {
      principals.push(call.principal)
      if (call.target === 'inner') return next(call)
      return invoke(call, { method: 'tools/call', params: { name: 'inner' } })
    })
    for (const name of ['inner', 'outer'])
      server.registerTool(name, {}, (context: never) => text(headerOf(context, 'x-user-id')))
    return server
  })
  const answer = await served.fetch(
    new Request('http://localhost/mcp', legacy('tools/call', { name: 'outer' }, 1, { 'x-user-id': 'ann' })),
  )
  expect([principals, await answer.text()]).toEqual([['ann', 'ann'], expect.stringContaining('"text":"ann"')])
})
