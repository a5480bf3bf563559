import { createServer, request as ask } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { edge } from '../edge.ts'
import { legacy, modern } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import type { Line } from '../fixtures/servers.ts'

const chunk = 'x'.repeat(1_000_000)
const chunks = 40

/** A server whose tool says more than a connection holds, and waits for it to be read. */
const verbose = (line: Line, said: { count: number; hasLeft: boolean }) => () => {
  const server = talkative(line)
  server.registerTool('shout', {}, async (context: Context) => {
    const { notify, signal } = context.mcpReq ?? { notify: context.sendNotification, signal: context.signal }
    signal?.addEventListener('abort', () => void (said.hasLeft = true))
    for (said.count = 0; said.count < chunks; said.count += 1) {
      await notify?.({ method: 'notifications/message', params: { level: 'info', data: chunk } })
    }
    return { content: [] }
  })
  return server
}

const shout = { name: 'shout', arguments: {} }
const logged = { meta: { 'io.modelcontextprotocol/logLevel': 'debug' } }

const eras = [
  { name: 'v1', line: v1, request: () => legacy('tools/call', shout) },
  { name: 'v2, 2025', line: v2, request: () => legacy('tools/call', shout) },
  { name: 'v2, 2026-07-28', line: v2, request: () => modern('tools/call', shout, 1, logged) },
]

/** Until the handler has stopped for want of a reader. */
const stalled = async (said: { count: number }): Promise<number> => {
  let last = -2
  await vi.waitFor(
    () => {
      const isStill = said.count === last
      last = said.count
      expect(isStill && last >= 0).toBe(true)
    },
    { interval: 50, timeout: 10_000 },
  )
  return last
}

describe.each(eras)('a caller of $name that reads slower than its call speaks', ({ line, request }) => {
  const open = async () => {
    const said = { count: -1, hasLeft: false }
    const { url, served } = await serving(verbose(line, said))
    const { headers, body } = request()
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = ask(url, { method: 'POST', headers, agent: false }, resolve).on('error', reject)
      sent.end(body)
    })
    response.on('error', () => {})
    return { said, served, response }
  }

  it('holds it up, so that what is not read yet is not kept, and gets all of it', async () => {
    const { said, served, response } = await open()
    expect(await stalled(said)).toBeLessThan(chunks / 2)
    let received = 0
    for await (const part of response) received += (part as Buffer).length
    expect(received).toBeGreaterThan(chunks * chunk.length)
    expect([said.count, served.stats().active]).toEqual([chunks, 0])
  })

  it('lets go of it by leaving', async () => {
    const { said, served, response } = await open()
    await stalled(said)
    response.destroy()
    await vi.waitFor(() => expect([said.hasLeft, served.stats().active]).toEqual([true, 0]))
  })

  it('loses its connection when it takes nothing at all, in the middle of an answer or at its end', async () => {
    const said = { count: -1, hasLeft: false }
    const create = () => {
      const server = verbose(line, said)()
      server.registerTool('long', {}, () => ({ content: [{ type: 'text', text: chunk.repeat(chunks) }] }))
      return server
    }
    const served = edge(create, { stalledMs: 100 })
    const listening = createServer(served.handler)
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    const { port } = listening.address() as AddressInfo
    const { headers, body } = request()
    for (const name of ['shout', 'long']) {
      const named = 'mcp-name' in headers ? { ...headers, 'mcp-name': name } : headers
      const sent = ask({ port, path: '/mcp', method: 'POST', headers: named, agent: false })
      // It never reads: there is no listener for what is in the answer.
      sent.on('response', (response) => response.on('error', () => {})).on('error', () => {})
      sent.end(body.replace('"shout"', `"${name}"`))
    }
    const connections = () =>
      new Promise((resolve) => listening.getConnections((_error, count) => resolve([count, said.hasLeft])))
    await vi.waitFor(async () => expect(await connections()).toEqual([0, true]), { timeout: 10_000 })
    await served.close(0)
    listening.close()
  })

  it('does the same through fetch', async () => {
    const said = { count: -1, hasLeft: false }
    const served = edge(verbose(line, said))
    const response = await served.fetch(new Request('http://localhost/mcp', request()))
    expect(await stalled(said)).toBeLessThan(chunks / 2)
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.read()
    await reader?.cancel()
    await vi.waitFor(() => expect([said.hasLeft, served.stats().active]).toEqual([true, 0]))
    await served.close(0)
  })
})

interface Context {
  readonly mcpReq?: { readonly notify: (notification: object) => Promise<void>; readonly signal: AbortSignal }
  readonly signal?: AbortSignal
  readonly sendNotification?: (notification: object) => Promise<void>
}
