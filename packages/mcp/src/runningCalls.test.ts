import { cancellation, withCall } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { fakeCall, held } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { Attachment } from './attach.ts'
import { lines } from './fixtures/lines.ts'
import type { TestServer } from './fixtures/lines.ts'
import { echo, text } from './fixtures/recorder.ts'
import { partsOf } from './server.ts'

const attached = (server: TestServer, ...middleware: readonly Middleware[]) => {
  const { table } = new Attachment(partsOf(server, 'test'))
  table.setLayers([{ options: {}, middleware }])
  return table
}

describe.each(lines)('the calls whose handlers run, on SDK $name', ({ mcpServer, connect }) => {
  it('are forgotten however a handler ends: by answering, by throwing, by refusing what it was sent', async () => {
    const server = mcpServer()
    const { running } = attached(server, (call, next) => next(call))
    server.registerTool('echo', echo, () => text('x'))
    server.registerTool('fails', echo, () => Promise.reject(new Error('later')))
    server.registerResource('broken', 'x://1', {}, () => {
      throw new Error('at once')
    })
    const client = await connect(server)
    for (const name of ['echo', 'fails', 'none']) await client.callTool({ name, arguments: { q: '' } }).catch(() => {})
    await expect(client.readResource({ uri: 'x://1' })).rejects.toThrow('at once')
    await expect(client.readResource({ uri: 'x://none' })).rejects.toThrow('not found')
    await expect(client.request('tools/call')).rejects.toThrow('nvalid')
    expect(running.size).toBe(0)
  })

  it('are there until the last of their attempts has ended', async () => {
    const exchanges: Array<boolean | undefined> = []
    const handlers = held()
    const hedging: Middleware = async (call, next) => {
      const [first, second] = [next(call), next(withCall(call, { cancellation: cancellation() }))]
      await handlers.arrived(2)
      handlers.calls[0]?.resolve()
      await first
      await server.server.ping()
      exchanges.push(call.isExchange)
      handlers.calls[1]?.resolve()
      return second
    }
    const server = mcpServer() as TestServer & { readonly server: { ping(): Promise<unknown> } }
    const { running } = attached(server, hedging)
    server.registerTool('echo', echo, () => handlers.next(fakeCall()))
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: '' } })
    expect(exchanges).toEqual([true])
    expect(running.size).toBe(0)
  })
})
