import { cancellation, causeOf, withCall } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { recorder, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

const config = { inputSchema: z.object({ q: z.string() }), annotations: { readOnlyHint: true } }

describe.each(lines)('what belongs to one call stays there on SDK $name', ({ mcpServer, connect }) => {
  it('keeps two attempts of one call at once apart, with their errors', async () => {
    const causes: unknown[] = []
    const twice: Middleware = async (call, next) => {
      if (call.method !== 'tools/call') return next(call)
      const results = await Promise.all([
        next(call),
        next(withCall(call, { cancellation: cancellation() })),
        next(call),
      ])
      causes.push(...results.map((result) => causeOf(result)))
      return results[0]
    }
    const thrown: Error[] = []
    const server = use(mcpServer(), twice)
    server.registerTool('fails', config, async () => {
      const error = new Error('again')
      thrown.push(error)
      await Promise.resolve()
      throw error
    })
    const client = await connect(server)
    await client.callTool({ name: 'fails', arguments: { q: 'a' } })
    expect(thrown).toHaveLength(3)
    for (const [index, cause] of causes.entries()) expect(cause).toBe(thrown[index])
  })

  it('knows a handler in each of its attempts as the registered one', async () => {
    const seen = recorder()
    const again: Middleware = async (call, next) => {
      await next(call)
      return next(call)
    }
    const server = use(mcpServer())
    server.registerTool('search', config, wrap(again)(wrap(seen.middleware)(async () => text('x'))))
    const client = await connect(server)
    await client.callTool({ name: 'search', arguments: { q: 'a' } })
    const [first, second] = seen.calls.map((call) => call.revision)
    expect(first).toBe(second)
    expect(seen.calls.map((call) => call.isUnnamed)).toEqual([false, false])
  })

  it('never takes one helper for another in prompts and resources', async () => {
    const seen = recorder()
    const around = wrap(seen.middleware)
    const loader = (table: string) => around(async (_context: unknown) => text(table))
    const [users, orders] = [loader('users'), loader('orders')]
    const server = use(mcpServer())
    server.registerPrompt('users', {}, async (context) => ({ messages: [], ...(await users(context)) }))
    server.registerPrompt('orders', {}, async (context) => ({ messages: [], ...(await orders(context)) }))
    const client = await connect(server)
    await client.getPrompt({ name: 'users' })
    await client.getPrompt({ name: 'orders' })
    const [one, other] = seen.calls.map((call) => String(call.revision))
    expect(one).not.toBe(other)
  })

  it('leaves it to the server to refuse what it does not have or has switched off', async () => {
    const exchanges: Array<boolean | undefined> = []
    const note: Middleware = (call: Call, next) => {
      if (call.method === 'tools/call') exchanges.push(call.isExchange)
      return next(call)
    }
    const server = use(mcpServer(), note)
    const tool = server.registerTool('search', config, () => text('x'))
    const client = await connect(server)
    const call = (name: string) => client.callTool({ name, arguments: { q: 'a' } }).catch(() => {})
    await call('search')
    await call('no such tool')
    tool.disable()
    await call('search')
    expect(exchanges).toEqual([false, true, true])
  })

  it('runs the chain once when a handler passes its request on to the one it replaced', async () => {
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    server.registerTool('search', config, () => text('x'))
    const protocol = server.server as unknown as {
      _requestHandlers: Map<string, (request: object, context: object) => Promise<{ tools: object[] }>>
    }
    const original = protocol._requestHandlers.get('tools/list')
    protocol._requestHandlers.set('tools/list', async (request, context) => {
      const result = await original?.(request, context)
      result?.tools.push({ name: 'added', inputSchema: { type: 'object' } })
      return result ?? { tools: [] }
    })
    const client = await connect(server)
    for (let round = 0; round < 2; round += 1)
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['search', 'added'])
    expect(seen.operations()).toEqual(['tools/list', 'tools/list'])
  })

  it('does not take arguments that look like a context for one', async () => {
    const seen = recorder()
    const wrapped = wrap({ name: 'tool' }, seen.middleware)(async (args: object) => ({ ...args }))
    const posing = { mcpReq: {}, http: { authInfo: { token: 'stolen' } }, q: 1 }
    expect(await wrapped(posing)).toEqual(posing)
    expect(seen.calls[0]).toMatchObject({ principal: undefined, input: posing })
  })

  it.each([
    ['a promise', async () => 'ann'],
    ['an object', () => ({ id: 1 })],
  ])('refuses a principal that is %s', async (got, principal) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    const server = use(mcpServer(), { principal: principal as never }, async (call, next) => {
      void call.principal
      return next(call)
    })
    server.registerTool('search', config, () => text('x'))
    const client = await connect(server)
    expect(await client.callTool({ name: 'search', arguments: { q: 'a' } })).toMatchObject({
      isError: true,
      content: [{ text: 'The server could not find out who is calling.' }],
    })
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`got ${got}`), expect.anything())
  })
})
