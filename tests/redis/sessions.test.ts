import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { redis, redisEventStore } from '@millrace/redis'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { redisServer } from '../readme/redis.ts'
import type { RedisServer } from '../readme/redis.ts'
import { eventually, start } from './fixtures/fleet.ts'
import type { Member } from './fixtures/fleet.ts'

let server: RedisServer
beforeAll(async () => {
  server = await redisServer()
}, 120_000)
afterAll(async () => server.remove())

const launch = async (): Promise<{ readonly member: Member<object>; readonly port: number }> => {
  const member = await start<object>('sessionServer.ts', { url: server.url })
  return { member, port: member.said[0]!['port'] as number }
}

/** One address for all processes, which leads to whichever is chosen. */
const front = async (port: number) => {
  const sockets = new Set<ReturnType<typeof connect>>()
  let chosen = port
  const listener = createServer((client) => {
    const upstream = connect(chosen, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => (client.destroy(), upstream.destroy()))
    }
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  onTestFinished(() => {
    cut()
    listener.close()
  })
  return {
    url: new URL(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`),
    /** Cuts all connections; new ones lead elsewhere. */
    turnTo: (other: number) => {
      chosen = other
      cut()
    },
  }
}

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

test(
  'a client that loses its stream gets the rest of it, and the answer, from another process',
  { timeout: 60_000 },
  async () => {
    const [a, b] = [await launch(), await launch()]
    const say = (port: number, message: object, more: object = {}) =>
      fetch(`http://127.0.0.1:${port}/mcp`, {
        method: 'POST',
        headers: { ...headers, ...more },
        body: JSON.stringify(message),
      })
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'client', version: '1' } }
    const begun = await say(a.port, { jsonrpc: '2.0', id: 0, method: 'initialize', params })
    await begun.text()
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id')! }
    await say(a.port, { jsonrpc: '2.0', method: 'notifications/initialized' }, session)
    const stream = await say(
      a.port,
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'count' } },
      session,
    )
    const reader = stream.body!.getReader()
    let heard = ''
    while (!heard.includes('"data":3')) heard += Buffer.from((await reader.read()).value).toString()
    await reader.cancel()
    const last = [...heard.matchAll(/^id: (.+)$/gm)].at(-1)![1]!
    await a.member.tell({}).answer
    await eventually(() => a.member.said.some(({ said }) => said === 'all'), 'it has answered')
    const resumed = await fetch(`http://127.0.0.1:${b.port}/mcp`, {
      headers: { accept: 'text/event-stream', 'last-event-id': last, ...session },
    })
    const rest = resumed.body!.getReader()
    let said = ''
    while (!said.includes('counted')) said += Buffer.from((await rest.read()).value).toString()
    await rest.cancel()
    expect([...said.matchAll(/"data":(\d)/g)].map(([, n]) => n)).toEqual(['4', '5', '6'])
    const stolen = await say(
      b.port,
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      { 'mcp-session-id': crypto.randomUUID() },
    )
    expect(stolen.status).toBe(404)
  },
)

test(
  'a session goes on in another process when its own is killed, without its client noticing',
  { timeout: 60_000 },
  async () => {
    const [a, b] = [await launch(), await launch()]
    const { url, turnTo } = await front(a.port)
    const client = new Client({ name: 'client', version: '1.0.0' })
    const transport = new StreamableHTTPClientTransport(url)
    await client.connect(transport)
    onTestFinished(() => client.close())
    const who = async () => ((await client.callTool({ name: 'who' })).content as [{ readonly text: string }])[0].text
    const [first, { sessionId }] = [await who(), transport]
    turnTo(b.port)
    await a.member.kill()
    const second = await who()
    expect(second).not.toBe(first)
    expect(transport.sessionId).toBe(sessionId)
    await transport.terminateSession()
    const gone = await fetch(url, { method: 'POST', headers: { ...headers, 'mcp-session-id': sessionId! }, body: '{}' })
    expect(gone.status).toBe(404)
  },
)

test('the store is an event store of the SDK', () => {
  const store: EventStore = redisEventStore({ redis: redis() })
  expect(store.storeEvent).toBeTypeOf('function')
})
