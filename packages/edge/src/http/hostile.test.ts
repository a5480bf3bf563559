import { subscribe } from '@millrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { edge } from '../edge.ts'
import { legacy, modern } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import { raw, send } from '../fixtures/wire.ts'

const echo = { name: 'echo', arguments: { q: 'hi' } }

const eras = [
  { name: 'v1', line: v1, request: legacy },
  { name: 'v2, 2025', line: v2, request: legacy },
  { name: 'v2, 2026-07-28', line: v2, request: modern },
]

const handshake = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'client', version: '1' } },
})

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

describe.each(eras)('an edge of $name that gets what nobody should send', ({ line, request }) => {
  it.each([
    ['an address with a user in it', 'http://user:secret@127.0.0.1/mcp', '127.0.0.1', 200],
    ['a whole address, as proxies get it', 'http://127.0.0.1/mcp?x=1', '127.0.0.1', 200],
    ['the address of something else', 'urn:mcp', '127.0.0.1', 200],
    ['a path that looks like a host', '//evil.example/mcp', '127.0.0.1', 200],
    ['a user in its Host', '/mcp', 'user:secret@any.example', 200],
    ['no Host that could be one', '/mcp', '[', 200],
  ])('answers a request with %s', async (_what, target, host, status) => {
    const { url, served } = await serving(() => talkative(line), { hosts: false })
    const headers = { ...request('tools/call', echo).headers, host, connection: 'close' }
    // It is not for a shared server: the SDK gets a web request made of the address.
    for (const body of [handshake, request('tools/juggle').body]) {
      const head = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body) })
      const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      const answer = await raw(url, `POST ${target} HTTP/1.1\r\n${lines}\r\n${body}`)
      expect(statusOf(answer)).toBeGreaterThanOrEqual(status)
      expect(statusOf(answer)).toBeLessThan(500)
    }
    expect(served.stats().active).toBe(0)
  })

  it('answers what is nested too deeply, and lives on', async () => {
    const { url, served } = await serving(() => talkative(line))
    const deep = '['.repeat(300_000) + ']'.repeat(300_000)
    const bombs = [
      request('tools/call', { ...echo, x: 'bomb' }),
      request('tools/call', { ...echo, arguments: 'bomb' }),
      request('tools/call', { ...echo, arguments: { q: 'bomb' } }),
      modern('tools/call', echo, 1, { meta: { x: 'bomb' } }),
      modern('tools/call', echo, 1, { meta: { 'io.modelcontextprotocol/clientCapabilities': { x: 'bomb' } } }),
    ]
    for (const { headers, body } of bombs) {
      const answer = await send(url, { headers, body: body.replace('"bomb"', deep) })
      expect([200, 400]).toContain(answer.status)
    }
    expect((await send(url, request('tools/call', echo))).status).toBe(200)
    expect(served.stats().active).toBe(0)
  })

  it('answers a call whose handler says what JSON cannot', async () => {
    const { url, served } = await serving(() => {
      const server = talkative(line)
      server.registerTool('big', {}, () => ({ content: [], structuredContent: { n: 10n } }))
      return server
    })
    const answer = await send(url, request('tools/call', { name: 'big', arguments: {} }, 7))
    expect(answer.json()).toMatchObject({ id: 7, error: { code: -32603 } })
    expect(served.stats().active).toBe(0)
  })

  it('takes a byte order mark, and no compressed body', async () => {
    const { url } = await serving(() => talkative(line))
    const { headers, body } = request('tools/call', echo)
    expect((await send(url, { headers, body: `\ufeff${body}` })).status).toBe(200)
    const coded = { ...headers, 'content-encoding': 'gzip' }
    const answer = await send(url, { headers: coded, body: Buffer.from([0x1f, 0x8b, 8, 0]) })
    expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'identity'])
  })

  it('answers with 500 when no server can be made, and tells its author why', async () => {
    const errors: unknown[] = []
    const failing = () => {
      throw new Error('secret')
    }
    const { url, served } = await serving(failing, { onError: (error) => void errors.push(error) })
    const answer = await send(url, request('tools/call', echo, 3))
    expect([answer.status, answer.json()['id']]).toEqual([500, 3])
    expect(answer.bytes.toString()).not.toContain('secret')
    expect([errors.length, served.stats().active]).toEqual([1, 0])
  })

  it('answers also when onError throws, which is an event', async () => {
    const failures: unknown[] = []
    onTestFinished(subscribe('edge', (event) => event.type === 'edge.failed' && failures.push(String(event.error))))
    const failing = () => {
      throw new Error('no server')
    }
    const onError = () => {
      throw new Error('no log')
    }
    const { url, served } = await serving(failing, { onError })
    expect((await send(url, request('tools/call', echo))).status).toBe(500)
    expect(served.stats().active).toBe(0)
    expect(failures).toEqual(['Error: no server', 'Error: no log'])
  })
})

describe('through fetch', () => {
  it('a body over the limit, one that breaks off and one with a byte order mark are judged alike', async () => {
    const served = edge(() => talkative(v1), { maxBodyBytes: 2000 })
    const { headers, body } = legacy('tools/call', echo)
    const ask = async (given: string | ReadableStream) => {
      const init = { method: 'POST', headers, body: given, duplex: 'half' as const }
      return (await served.fetch(new Request('http://localhost/mcp', init))).status
    }
    const chunks = (...all: readonly string[]) => new Blob([...all]).stream()
    expect(await ask('x'.repeat(2001))).toBe(413)
    expect(await ask(chunks('x'.repeat(1500), 'x'.repeat(1500)))).toBe(413)
    expect(await ask(chunks(`\ufeff${body}`))).toBe(200)
    expect(await ask(new ReadableStream({ pull: (to) => to.error(new Error('gone')) }))).toBe(400)
    expect(served.stats().active).toBe(0)
    await served.close(0)
  })
})
