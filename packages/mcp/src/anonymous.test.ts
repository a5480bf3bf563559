import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import type { Middleware } from '@millrace/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MockInstance } from 'vitest'
import * as z from 'zod'
import { warnOfAnonymous } from './anonymous.ts'
import type { UseOptions } from './attachment.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

type AuthInfo = { readonly token: string; readonly clientId: string; readonly scopes: string[] }
type Post = (headers: Record<string, string>, authInfo?: AuthInfo) => Promise<unknown>

let warn: MockInstance<typeof process.emitWarning>
beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
})
afterEach(() => {
  warn.mockRestore()
})
const warnings = () =>
  warn.mock.calls.flatMap(([message, options]) =>
    (options as { code?: string }).code === 'MILLRACE_ANONYMOUS' ? [String(message)] : [],
  )

const asking = (): Middleware => (call, next) => {
  void call.principal
  return next(call)
}
const inputSchema = { q: z.string() }
const run = async () => ({ content: [] })
const request = (headers: Record<string, string>) =>
  new Request('http://127.0.0.1/mcp', {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'tool', arguments: { q: 'a' } },
    }),
  })

/** A server for every request, over the HTTP of each line. */
const lines: ReadonlyArray<{
  readonly line: string
  serve(options: UseOptions, middleware: Middleware, handler?: typeof run): Post
}> = [
  {
    line: 'v1',
    serve:
      (options, middleware, handler = run) =>
      async (headers, authInfo) => {
        const server = use(new McpServerV1({ name: 's', version: '1' }), options, middleware)
        server.registerTool('tool', { inputSchema }, handler)
        const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
        await server.connect(transport)
        return (await transport.handleRequest(request(headers), { ...(authInfo && { authInfo }) })).json()
      },
  },
  {
    line: 'v2',
    serve: (options, middleware, handler = run) => {
      const served = createMcpHandler(() => {
        const server = use(new McpServer({ name: 's', version: '1' }), options, middleware)
        server.registerTool('tool', { inputSchema: z.object(inputSchema) }, handler)
        return server
      })
      return async (headers, authInfo) =>
        (await served.fetch(request(headers), { ...(authInfo && { authInfo }) })).text()
    },
  },
]

describe.each(lines)('a caller who has shown who it is, on SDK $line', ({ serve }) => {
  it.each(['Authorization', 'Cookie', 'X-API-Key'])(
    'with %s, and counts as anonymous, is a warning, once',
    async (name) => {
      const post = serve({}, asking())
      await post({})
      expect(warnings()).toEqual([])
      for (let round = 0; round < 3; round += 1) await post({ [name]: 'Bearer s3cret' })
      expect(warnings()).toHaveLength(1)
      expect(warnings()[0]).toContain(`A request has the header ${name}, but nothing says who is calling`)
      expect(warnings()[0]).toContain('use(server, { principal:')
      expect(warnings()[0]).not.toContain('s3cret')
    },
  )

  it('is no matter where somebody knows it, where the author says who calls, and where nobody asks', async () => {
    await serve({}, asking())({ Authorization: 'x' }, { token: 't', clientId: 'c', scopes: [] })
    await serve({ principal: () => undefined }, asking())({ Authorization: 'x' })
    await serve({}, (call, next) => next(call))({ Authorization: 'x' })
    expect(warnings()).toEqual([])
  })

  it('is a warning of a wrapped handler too', async () => {
    const asks = asking()
    const handler = async (_args: object, context: unknown) =>
      wrap(asks)(async (_context: unknown) => ({ content: [] }))(context)
    const post = serve({}, (call, next) => next(call), handler as never)
    for (let round = 0; round < 2; round += 1) await post({ Cookie: 'x' })
    expect(warnings()).toHaveLength(1)
  })
})

it('is not looked for among anonymous callers without end', () => {
  const looks = { anonymous: 0 }
  for (let round = 0; round < 1000; round += 1) warnOfAnonymous(looks, { requestInfo: { headers: {} } })
  warnOfAnonymous(looks, { requestInfo: { headers: { cookie: 'x' } } })
  expect([looks.anonymous, warnings()]).toEqual([1000, []])
})
