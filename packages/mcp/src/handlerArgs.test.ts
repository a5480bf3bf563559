import { withCall } from '@millrace/core'
import type { Call, CallPatch, Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

const changing =
  (patch: (call: Call) => CallPatch): Middleware =>
  (call, next) =>
    next(withCall(call, patch(call)))
const params = (call: Call) => call.params as { readonly [key: string]: unknown }

describe.each(lines)('what a wrapped handler is given on SDK $name', ({ mcpServer, template, connect }) => {
  const schema = { inputSchema: z.object({ q: z.string().default('none') }) }
  const tool = async (inner: Middleware, outer?: Middleware) => {
    const server = outer === undefined ? mcpServer() : use(mcpServer(), outer)
    server.registerTool(
      'tool',
      schema,
      wrap(inner)(async (args: object) => text(JSON.stringify(args))),
    )
    const client = await connect(server)
    const result = await client.callTool({ name: 'tool', arguments: {} })
    return JSON.parse((result['content'] as [{ readonly text: string }])[0].text) as unknown
  }
  const pass: Middleware = (call, next) => next(call)
  const replaced = changing((call) => ({ params: { ...params(call), arguments: { q: 'new' } }, input: { q: 'new' } }))

  it.each([
    ['alone', undefined],
    ['under use', pass],
  ])('are the arguments of changed parameters, %s', async (_where, outer) => {
    expect(await tool(replaced, outer)).toEqual({ q: 'new' })
    expect(
      await tool(
        changing(() => ({ params: {}, input: {} })),
        outer,
      ),
    ).toEqual({})
  })

  it('are those of parameters that the server’s own chain changed, parsed', async () => {
    expect(await tool(pass, replaced)).toEqual({ q: 'new' })
    expect(
      await tool(
        pass,
        changing((call) => ({ params: { name: params(call)['name'] }, input: {} })),
      ),
    ).toEqual({ q: 'none' })
  })

  it('are as they were parsed when parameters change in something else', async () => {
    const meta = changing((call) => ({ params: { ...params(call), _meta: { trace: 1 } }, input: call.input }))
    for (const outer of [undefined, pass]) expect(await tool(meta, outer)).toEqual({ q: 'none' })
  })

  it('are the input, which keys are made of, where the parameters say something else', async () => {
    const both = changing((call) => ({ params: { ...params(call), arguments: { q: 'p' } }, input: { q: 'i' } }))
    expect(await tool(both, pass)).toEqual({ q: 'i' })
    expect(await tool(pass, both)).toEqual({ q: 'i' })
  })

  const resources: ReadonlyArray<[string, CallPatch]> = [
    ['input', { input: { uri: 'x://b/2' } }],
    ['all', { params: { uri: 'x://b/2' }, input: { uri: 'x://b/2' } }],
  ]

  it.each(resources)(
    'is a URL for a resource, and what its template reads out of it, when %s changes',
    async (_, patch) => {
      const server = use(mcpServer(), pass)
      const seen: unknown[] = []
      const read = async (uri: URL, ...rest: unknown[]) => {
        seen.push(uri instanceof URL, ...rest.slice(0, -1))
        return { contents: [{ uri: uri.href, text: 'x' }] }
      }
      const around = wrap(changing(() => patch))
      server.registerResource('fixed', 'x://a', {}, around(read))
      server.registerResource('t', template('x://{host}/{id}'), {}, around(read))
      const client = await connect(server)
      for (const uri of ['x://a', 'x://a/1'])
        expect(await client.readResource({ uri })).toMatchObject({ contents: [{ uri: 'x://b/2' }] })
      expect(seen).toEqual([true, true, { host: 'b', id: '2' }])
    },
  )

  it('is the URL as it came when a middleware changes something else', async () => {
    const server = mcpServer()
    const around = wrap(
      changing((call) => ({ deadline: 5, params: { ...params(call), _meta: {} }, input: call.input })),
      changing(() => ({ input: { other: true } })),
    )
    server.registerResource(
      'fixed',
      'x://a',
      {},
      around(async (uri: URL) => ({ contents: [{ uri: uri.href, text: 'x' }] })),
    )
    const client = await connect(server)
    expect(await client.readResource({ uri: 'x://a' })).toMatchObject({ contents: [{ uri: 'x://a' }] })
  })

  it.each([
    [{ input: { uri: 'no uri' } }, pass, "expected a URI, got 'no uri'"],
    [{ input: { uri: 1 } }, pass, 'expected a URI, got a number'],
    [{ input: { uri: 'y://2' } }, pass, "to one that does not fit it: 'y://2'"],
    [{ input: { uri: 'x://2/1' } }, undefined, 'known only where the server has use(server, …)'],
  ])('is never something else: %j', async (patch, outer, message) => {
    const server = outer === undefined ? mcpServer() : use(mcpServer(), outer)
    const around = wrap(changing(() => patch))
    server.registerResource(
      't',
      template('x://{host}/{id}'),
      {},
      around(async () => ({ contents: [] })),
    )
    const client = await connect(server)
    await expect(client.readResource({ uri: 'x://1/1' })).rejects.toThrow(message)
  })
})
