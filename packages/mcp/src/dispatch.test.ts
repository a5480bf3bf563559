import { RejectedError } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { lines } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { handlerTableOf } from './internals.ts'
import type { StoredHandler } from './internals.ts'
import { use } from './use.ts'

const callOf = (name: string, q: string) => ({ method: 'tools/call', params: { name, arguments: { q } } })

describe.each(lines)('a handler that dispatches a request of its own, on SDK $name', ({ mcpServer, connect }) => {
  const tableOf = (server: ReturnType<typeof mcpServer>) => handlerTableOf(server.server) as Map<string, StoredHandler>

  it('goes through the chain with it: for another tool, and for itself with other arguments', async () => {
    const seen = recorder()
    const authorize: Middleware = (call, next) =>
      call.target === 'admin' ? Promise.reject(new RejectedError('Not you.', { code: 'ERR_OWN' })) : next(call)
    const server = use(mcpServer(), seen.middleware, authorize)
    const dispatch = (name: string, q: string, context: unknown) =>
      tableOf(server).get('tools/call')?.(callOf(name, q), context)
    server.registerTool('admin', echo, () => text('secret'))
    server.registerTool('proxy', echo, ({ q }, context) => dispatch('admin', String(q), context))
    server.registerTool('count', echo, ({ q }, context) =>
      q === '0' ? text('done') : dispatch('count', String(Number(q) - 1), context),
    )
    const client = await connect(server)
    expect(await client.callTool(callOf('proxy', 'x').params)).toMatchObject({ ...text('Not you.'), isError: true })
    expect(await client.callTool(callOf('count', '2').params)).toMatchObject(text('done'))
    expect(seen.calls.map((call) => [call.target, call.input])).toEqual([
      ['proxy', { q: 'x' }],
      ['admin', { q: 'x' }],
      ['count', { q: '2' }],
      ['count', { q: '1' }],
      ['count', { q: '0' }],
    ])
  })

  it('runs it once where it only passes its request on, changed or not, to the handler that it replaced', async () => {
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    server.registerTool('new', echo, () => text('new'))
    const replaced = tableOf(server).get('tools/call')
    tableOf(server).set('tools/call', (request, context) => {
      const { name, arguments: args } = request.params as { name: string; arguments: object }
      return replaced?.(
        {
          ...request,
          params: name === 'old' ? { name: 'new', arguments: args } : { name, arguments: { q: 'changed' } },
        },
        context,
      )
    })
    const client = await connect(server)
    expect(await client.callTool(callOf('echo', 'a').params)).toMatchObject(text('changed'))
    expect(seen.operations()).toEqual(['tools/call echo'])
    // Another tool than the chain was asked about.
    expect(await client.callTool(callOf('old', 'a').params)).toMatchObject(text('new'))
    expect(seen.operations().slice(1)).toEqual(['tools/call (unknown)', 'tools/call new'])
  })
})
