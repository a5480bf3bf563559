import type { Middleware } from '@millrace/core'
import { fakeCall, held } from '@millrace/core/testing'
import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it } from 'vitest'
import { lines } from './fixtures/lines.ts'
import type { TestServer } from './fixtures/lines.ts'
import { echo, text } from './fixtures/recorder.ts'
import { use } from './use.ts'

/** What the two lines have in common of a context and a server that can ask. */
interface Asking {
  readonly requestId?: unknown
  readonly sendRequest?: (...args: unknown[]) => Promise<unknown>
  readonly mcpReq?: {
    readonly id: unknown
    readonly send: (...args: unknown[]) => Promise<unknown>
    readonly requestSampling: (...args: unknown[]) => Promise<unknown>
  }
}
interface AskingServer {
  readonly server: { ping(): Promise<unknown>; createMessage(...args: unknown[]): Promise<unknown> }
}
type Ask = (context: Asking, server: AskingServer['server']) => Promise<unknown>

const sample = { messages: [], maxTokens: 1 }
const ping = { method: 'ping' }

describe.each(lines)('a question to the client on SDK $name', ({ mcpServer, connect }) => {
  /** Whose answers are part of a dialogue, when one call asks while another runs. */
  const dialogues = async (ask: Ask) => {
    const seen: unknown[] = []
    const note: Middleware = async (call, next) => {
      const result = await next(call)
      if (call.isExchange === true) seen.push(call.target)
      return result
    }
    const server = use(mcpServer(), note) as TestServer & AskingServer
    const bystander = held()
    server.registerTool('bystander', echo, () => bystander.next(fakeCall()))
    server.registerTool('asking', echo, async (_, context) => {
      // A client that answers nothing of the kind has been asked all the same.
      await ask(context as Asking, server.server).catch(() => {})
      return text('asked')
    })
    const client = await connect(server)
    const [waiting] = [client.callTool({ name: 'bystander', arguments: { q: '' } }), await bystander.arrived(1)]
    await client.callTool({ name: 'asking', arguments: { q: '' } })
    bystander.calls[0]?.resolve({ content: [] })
    await waiting
    return seen
  }

  it.each<[string, Ask]>([
    [
      'through its context',
      ({ mcpReq, sendRequest }) => (mcpReq === undefined ? sendRequest?.(ping, EmptyResultSchema) : mcpReq.send(ping))!,
    ],
    [
      'through a function of its context that asks through the server',
      ({ mcpReq, sendRequest }) =>
        mcpReq === undefined ? sendRequest!(ping, EmptyResultSchema) : mcpReq.requestSampling(sample),
    ],
    [
      'through the server, naming its request',
      ({ mcpReq, requestId }, server) => server.createMessage(sample, { relatedRequestId: mcpReq?.id ?? requestId }),
    ],
  ])('makes a dialogue of the call alone whose handler asks %s', async (_, ask) => {
    expect(await dialogues(ask)).toEqual(['asking'])
  })

  it.each<[string, Ask]>([
    ['names no request', (_, server) => server.ping()],
    ['names a request that does not run', (_, server) => server.createMessage(sample, { relatedRequestId: 'gone' })],
  ])('makes one of every call that runs when it %s', async (_, ask) => {
    expect(await dialogues(ask)).toEqual(['asking', 'bystander'])
  })
})
