import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { legacy, legacyHeaders, modern } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import { raw, send } from '../fixtures/wire.ts'

const echo = { name: 'echo', arguments: { q: 'hi' } }

const eras = [
  { name: 'v1', line: v1, request: legacy },
  { name: 'v2, 2025', line: v2, request: legacy },
  { name: 'v2, 2026-07-28', line: v2, request: modern },
]

describe.each(eras)('over HTTP, a server of $name', ({ line, request }) => {
  const open = (options = {}) => serving(() => talkative(line), options)

  it('takes JSON whatever the parameters of its type, and nothing else', async () => {
    const { url } = await open()
    const { headers, body } = request('tools/call', echo)
    const typed = (type: string | undefined) => ({ headers: { ...headers, 'content-type': type }, body })
    for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
      expect((await send(url, typed(type))).status).toBe(200)
    }
    for (const type of ['text/plain', 'application/jsonp', '']) {
      const answer = await send(url, typed(type))
      expect([answer.status, answer.json()['id']]).toEqual([415, null])
    }
    const { 'content-type': _, ...untyped } = headers
    expect((await send(url, { headers: untyped, body })).status).toBe(415)
  })

  it('refuses a body over the limit by its declared length, before anything of it is read', async () => {
    const { url } = await open({ maxBodyBytes: 2000 })
    const head = ['POST /mcp HTTP/1.1', 'host: 127.0.0.1', 'content-type: application/json', 'content-length: 2001']
    expect(await raw(url, `${head.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /)
  })

  it('refuses a body over the limit that declares no length, as soon as too much has come', async () => {
    const { url } = await open({ maxBodyBytes: 2000 })
    const head = ['POST /mcp HTTP/1.1', 'host: 127.0.0.1', 'content-type: application/json']
    const chunked = [...head, 'transfer-encoding: chunked', '', '7d1', 'x'.repeat(2001), '']
    expect(await raw(url, chunked.join('\r\n'))).toMatch(/^HTTP\/1.1 413 /)
  })

  it('takes a body of exactly the limit, 4 MiB without one being set', async () => {
    const { url } = await open()
    const { headers, body } = request('tools/call', echo)
    const padded = body + ' '.repeat(4 * 2 ** 20 - body.length)
    expect((await send(url, { headers, body: padded })).status).toBe(200)
    expect((await send(url, { headers, body: `${padded} ` })).status).toBe(413)
  })

  it('answers what is no JSON with a parse error', async () => {
    const { url } = await open()
    const { headers } = request('tools/call', echo)
    for (const body of ['', '{', '{"jsonrpc":"2.0",', 'nonsense', '\u0000']) {
      const answer = await send(url, { headers, body })
      expect([answer.status, answer.json().error?.code]).toEqual([400, -32700])
    }
  })

  it('refuses GET and DELETE where there are no sessions', async () => {
    const { url } = await open()
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
      const answer = await send(url, { method, headers: { accept: 'text/event-stream' } })
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST'])
    }
  })
})

describe.each(eras.filter(({ request }) => request === legacy))(
  'over HTTP, a request of 2025 to a server of $name',
  ({ line }) => {
    it('has to accept both kinds of answer', async () => {
      const { url } = await serving(() => talkative(line))
      const { body } = legacy('tools/call', echo)
      for (const accept of ['application/json', 'text/event-stream', undefined]) {
        const { accept: _, ...rest } = legacyHeaders
        const answer = await send(url, { headers: accept === undefined ? rest : { ...rest, accept }, body })
        expect(answer.status).toBe(406)
      }
    })

    it('is answered with 202 and nothing else when it is a notification', async () => {
      const { url } = await serving(() => talkative(line))
      for (const method of ['notifications/initialized', 'notifications/cancelled', 'notifications/progress']) {
        const params = method.endsWith('initialized') ? {} : { requestId: 1, progressToken: 1, progress: 1 }
        const body = JSON.stringify({ jsonrpc: '2.0', method, params })
        const answer = await send(url, { headers: legacyHeaders, body })
        expect([method, answer.status, answer.bytes.length]).toEqual([method, 202, 0])
      }
    })

    it('may be a batch where the SDK takes one', async () => {
      const { url } = await serving(() => talkative(line))
      const batch = [legacy('tools/call', echo, 1).body, legacy('tools/call', echo, 2).body]
      const answer = await send(url, { headers: legacyHeaders, body: `[${batch.join(',')}]` })
      const text = answer.bytes.toString()
      expect(answer.status).toBe(200)
      expect([text.includes('"id":1'), text.includes('"id":2')]).toEqual([true, true])
    })

    it('is refused when its revision is none', async () => {
      const { url } = await serving(() => talkative(line))
      const { body } = legacy('tools/call', echo)
      const answer = await send(url, { headers: { ...legacyHeaders, 'mcp-protocol-version': '1999-01-01' }, body })
      expect(answer.status).toBe(400)
    })
  },
)

describe('over HTTP, a request of 2026-07-28', () => {
  const open = () =>
    serving(() => {
      const server = talkative(v2)
      const region = z.string().meta({ 'x-mcp-header': 'region' })
      server.registerTool('near', { inputSchema: z.object({ region }) }, () => ({ content: [] }))
      return server
    })

  it.each([
    ['another method in its headers', { 'mcp-method': 'tools/list' }],
    ['no method in its headers', { 'mcp-method': undefined }],
    ['another name in its headers', { 'mcp-name': 'tell' }],
    ['no name in its headers', { 'mcp-name': undefined }],
    ['another revision in its headers', { 'mcp-protocol-version': '2025-11-25' }],
  ])('is refused with %s', async (_why, change) => {
    const { url } = await open()
    const { headers, body } = modern('tools/call', echo)
    const changed = Object.fromEntries(
      Object.entries({ ...headers, ...change }).filter(([, value]) => value !== undefined),
    )
    const answer = await send(url, { headers: changed, body })
    expect([answer.status, answer.json().error?.code]).toEqual([400, -32020])
  })

  it('is refused when an argument that is repeated in a header differs there', async () => {
    const { url } = await open()
    const near = { name: 'near', arguments: { region: 'eu' } }
    const ask = async (region: string) =>
      send(url, modern('tools/call', near, 1, { headers: { 'mcp-param-region': region } }))
    expect((await ask('eu')).status).toBe(200)
    const answer = await ask('us')
    expect([answer.status, answer.json().error?.code]).toEqual([400, -32020])
  })

  it('is answered with 404 for a method that nobody has', async () => {
    const { url } = await open()
    const answer = await send(url, modern('tools/juggle', {}, 5))
    expect([answer.status, answer.json().error?.code, answer.json()['id']]).toEqual([404, -32601, 5])
  })
})
