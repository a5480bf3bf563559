import type { Middleware } from '@millrace/core'
import { handlerTableOf } from './internals.ts'
import type { StoredHandler } from './internals.ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { undo, use } from './use.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const config = { inputSchema: z.object({ q: z.string() }) }
const answer = () => ({ content: [] })

/** What an SDK would look like that keeps its handlers in something else than a Map. */
const hideTable = (protocol: object) => {
  const real = handlerTableOf(protocol) as Map<string, StoredHandler>
  const holder = protocol as { _requestHandlers: unknown }
  holder._requestHandlers = {
    get: (method: string) => real.get(method),
    set: (method: string, handler: StoredHandler) => real.set(method, handler),
    has: (method: string) => real.has(method),
    delete: (method: string) => real.delete(method),
  }
}

describe.each(lines)('attaching to SDK $name without its handler table', ({ mcpServer, connect }) => {
  it('covers what is registered afterwards, and says so once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const operations: string[] = []
    const server = mcpServer()
    hideTable(server.server)
    use(server, (call, next) => {
      operations.push(call.operation)
      return next(call)
    })
    use(server)
    server.registerTool('echo', config, answer)
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    await client.listTools()
    expect(operations).toEqual(['tools/call echo', 'tools/list'])
    expect(warn.mock.calls.map(([, options]) => options)).toEqual([
      { type: 'MillraceWarning', code: 'MILLRACE_FALLBACK' },
    ])
  })

  it('gives the public method back after undo', () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const server = mcpServer()
    hideTable(server.server)
    const { setRequestHandler } = server.server
    use(server)
    expect(server.server.setRequestHandler).not.toBe(setRequestHandler)
    undo(server)
    expect(server.server.setRequestHandler).toBe(setRequestHandler)
  })
})

describe.each(lines)('attaching to SDK $name', ({ mcpServer, connect }) => {
  it('tells middleware of a resource that was updated', async () => {
    const updated: string[] = []
    const watch = Object.assign(((call, next) => next(call)) as Middleware, {
      resourceUpdated: (uri: string) => void updated.push(uri),
    })
    const server = use(mcpServer(), watch)
    server.registerResource('r', 'x://1', {}, () => ({ contents: [] }))
    await connect(server)
    await server.server.sendResourceUpdated({ uri: 'x://1' }).catch(() => {})
    expect(updated).toEqual(['x://1'])
  })

  it('tells middleware before any client of what the author announces, whichever way', async () => {
    const heard: string[] = []
    const watch = Object.assign(((call, next) => next(call)) as Middleware, {
      listChanged: (method: string) => void heard.push(method),
      resourceUpdated: (uri: string) => void heard.push(uri),
    })
    const server = mcpServer()
    const low = server.server as unknown as { notification(message: object): Promise<void> }
    vi.spyOn(low, 'notification').mockImplementation(() => Promise.resolve(void heard.push('sent')))
    use(server, watch)
    const updated = { method: 'notifications/resources/updated', params: { uri: 'x://2' } }
    for (const message of [
      { method: 'notifications/tools/list_changed' },
      updated,
      { method: 'notifications/message' },
    ])
      await low.notification(message)
    expect(heard).toEqual(['tools/list', 'sent', 'x://2', 'sent', 'sent'])
  })
})
