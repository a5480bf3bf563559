import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { invoke } from './invoke.ts'
import { use } from './use.ts'

const config = { inputSchema: z.object({ q: z.string() }) }

describe.each(lines)('invoke on SDK $name', ({ mcpServer }) => {
  it('runs a request through the chain and the handler, without a client', async () => {
    const seen: unknown[] = []
    const server = use(mcpServer(), (call, next) => {
      seen.push(call.operation, call.principal)
      return next(call)
    })
    server.registerTool('echo', config, ({ q }) => ({ content: [{ type: 'text', text: String(q) }] }))
    const request = { method: 'tools/call', params: { name: 'echo', arguments: { q: 'a' } } }
    expect(await invoke(server, request)).toMatchObject({ content: [{ type: 'text', text: 'a' }] })
    await invoke(server, request, { authInfo: { token: 't', extra: { iss: 'i', sub: 's' } } })
    expect(seen).toEqual(['tools/call echo', undefined, 'tools/call echo', '["i","s"]'])
  })

  it('reads resources and prompts, and lists', async () => {
    const server = use(mcpServer())
    server.registerResource('r', 'x://1', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'x' }] }))
    server.registerPrompt('ask', {}, () => ({ messages: [] }))
    expect(await invoke(server, { method: 'resources/read', params: { uri: 'x://1' } })).toMatchObject({
      contents: [{ text: 'x' }],
    })
    expect(await invoke(server, { method: 'prompts/get', params: { name: 'ask' } })).toMatchObject({ messages: [] })
    expect(await invoke(server, { method: 'prompts/list' })).toMatchObject({ prompts: [{ name: 'ask' }] })
  })

  it('has a notification go nowhere and a question to the client fail', async () => {
    const server = use(mcpServer(), async (call, next) => {
      await call.notify({ method: 'notifications/message', params: {} })
      return next(call)
    })
    server.registerTool('ask', config, async (_args, context) => {
      const ask = (context as { sendRequest?: () => Promise<never> }).sendRequest
      return { content: [{ type: 'text', text: await ask?.().catch((error: Error) => error.message) }] }
    })
    const result = await invoke(server, { method: 'tools/call', params: { name: 'ask', arguments: { q: '' } } })
    expect(result).toMatchObject({ content: [{ text: 'There is no client to ask: the request was made by invoke' }] })
  })

  it('says which method has no handler', async () => {
    await expect(invoke(mcpServer(), { method: 'tools/call' })).rejects.toMatchObject({
      message: 'invoke: the server has no handler for tools/call',
      code: -32601,
    })
  })
})
