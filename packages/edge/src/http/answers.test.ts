import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { legacy, modern } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'

const call = (name: string, q = 'hi') => ({ name, arguments: { q }, _meta: { progressToken: 7 } })
const long = 'Ångström '.repeat(300)

const eras = [
  { name: 'v1', line: v1, request: legacy },
  { name: 'v2, 2025', line: v2, request: legacy },
  {
    name: 'v2, 2026-07-28',
    line: v2,
    request: (method: string, { _meta: meta, ...params }: ReturnType<typeof call>, id = 1) =>
      modern(method, params, id, { meta }),
  },
]

describe.each(eras)('an answer of a server of $name', ({ line, request }) => {
  it('becomes a stream when the call notifies', async () => {
    const { url } = await serving(() => talkative(line))
    const answer = await send(url, request('tools/call', call('tell', long)))
    expect(answer.headers['content-type']).toBe('text/event-stream')
    expect(answer.headers['x-accel-buffering']).toBe('no')
    const messages = answer.bytes.toString().trim().split('\n\n')
    expect(messages).toHaveLength(2)
    expect(JSON.parse(messages[0]?.split('data: ')[1] ?? '')).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 7, message: long },
    })
    expect(JSON.parse(messages[1]?.split('data: ')[1] ?? '')).toMatchObject({
      id: 1,
      result: { content: [{ text: long }] },
    })
  })

  it('becomes a stream that shows it still runs when the call takes long', async () => {
    const clock = manualClock()
    const seen = { running: 0, aborted: 0 }
    const { url, served } = await serving(() => talkative(line, seen), { clock, keepAliveMs: 1000 })
    const gone = new AbortController()
    const response = fetch(url, { ...request('tools/call', call('wait')), signal: gone.signal })
    await vi.waitFor(() => expect(seen.running).toBe(1))
    clock.advance(1000)
    const reader = (await response).body?.getReader()
    const heard = async () => Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(await heard()).toBe(': keepalive\n\n')
    clock.advance(1000)
    expect(await heard()).toBe(': keepalive\n\n')
    gone.abort()
    await vi.waitFor(() => expect([seen.aborted, served.stats().active]).toEqual([1, 0]))
  })

  it('is an error when the result has no JSON', async () => {
    const { url } = await serving(() => {
      const server = talkative(line)
      const bare = server.server ?? server
      const name = line.name === 'v1' ? CallToolRequestSchema : 'tools/call'
      bare.setRequestHandler(name as never, (() => ({ content: [], toJSON: () => undefined })) as never)
      return server
    })
    const answer = await send(url, request('tools/call', call('echo')))
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { id: 1, error: { code: -32603, message: 'A result must be an object in JSON, got undefined from its toJSON' } },
    ])
  })

  it('is nobody’s any more when the caller is gone: the handler hears of it', async () => {
    const seen = { running: 0, aborted: 0 }
    const { url, served } = await serving(() => talkative(line, seen))
    const gone = new AbortController()
    const response = fetch(url, { ...request('tools/call', call('wait')), signal: gone.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(seen.running).toBe(1))
    gone.abort()
    expect(await response).toBe('gone')
    await vi.waitFor(() => expect([seen.aborted, served.stats().active]).toEqual([1, 0]))
  })

  it('is compressed above a size, as the client likes it', async () => {
    const { url } = await serving(() => talkative(line))
    const { headers, body } = request('tools/call', call('echo', long))
    const ask = (accepted: string) => send(url, { headers: { ...headers, 'accept-encoding': accepted }, body })
    const [brotli, gzip, plain, refused] = await Promise.all(['gzip, br', 'gzip', 'deflate', 'br;q=0'].map(ask))
    expect(brotli?.headers['content-encoding']).toBe('br')
    expect(gzip?.headers['content-encoding']).toBe('gzip')
    expect([plain?.headers['content-encoding'], refused?.headers['content-encoding']]).toEqual([undefined, undefined])
    const text = plain?.bytes.toString()
    expect(text).toContain(long)
    expect(brotliDecompressSync(brotli?.bytes ?? '').toString()).toBe(text)
    expect(gunzipSync(gzip?.bytes ?? '').toString()).toBe(text)
    const small = request('tools/call', call('echo'))
    const answer = await send(url, { ...small, headers: { ...small.headers, 'accept-encoding': 'br' } })
    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  it('has the id of the request that came with it, or one of its own', async () => {
    const { url } = await serving(() => talkative(line))
    const { headers, body } = request('tools/call', call('echo'))
    const ask = async (id?: string) =>
      (await send(url, { headers: id === undefined ? headers : { ...headers, 'x-request-id': id }, body })).headers[
        'x-request-id'
      ]
    expect(await ask('abc-123')).toBe('abc-123')
    const [first, second] = [await ask(), await ask()]
    expect(first).toMatch(/^[\w-]+$/)
    expect(second).not.toBe(first)
    expect(await ask('no "log" line')).not.toBe('no "log" line')
    expect(await ask('x'.repeat(129))).not.toBe('x'.repeat(129))
  })
})
