import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { rawServer, send } from '../fixtures/rawServer.ts'
import type { RawRequest } from '../fixtures/rawServer.ts'
import { benched, run } from '../fixtures/run.ts'
import { listen } from '../fixtures/listen.ts'

const failuresOf = async (answer: (request: RawRequest, response: ServerResponse) => void, ...flags: string[]) => {
  const { errors, calls, failed, code } = await benched([await rawServer(answer), '--method', 'x', ...flags])
  expect([failed, code]).toEqual([calls, 1])
  return errors.map(({ kind, detail, retryAfterMs, message }) => ({ kind, detail, retryAfterMs, message }))
}

const json = (response: ServerResponse, status: number, body: string, headers: object = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}
const resultWith = (result: object) => (request: RawRequest, response: ServerResponse) =>
  send(response, request.id, result)
const errorWith = (error: object) => (request: RawRequest, response: ServerResponse) =>
  json(response, 200, JSON.stringify({ jsonrpc: '2.0', id: request.id, error }))

describe('a call is counted as failed', () => {
  it.each<[string, (request: RawRequest, response: ServerResponse) => void, object]>([
    [
      'when the answer is no JSON',
      (_, response) => json(response, 200, '<html>'),
      { kind: 'no MCP answer', message: '<html>' },
    ],
    [
      'when it is empty',
      (_, response) => json(response, 200, ''),
      { kind: 'no MCP answer', detail: 'application/json' },
    ],
    ['when it answers another request', ({ id }, response) => send(response, id + 1, {}), { kind: 'no MCP answer' }],
    [
      'when it has no result',
      (r, response) => json(response, 200, `{"jsonrpc":"2.0","id":${r.id}}`),
      { kind: 'no MCP answer' },
    ],
    [
      'when it is compressed',
      (_, response) => json(response, 200, 'x', { 'content-encoding': 'br' }),
      { detail: 'compressed (br) without being asked' },
    ],
    [
      'when it is an HTTP error',
      (_, response) => json(response, 502, 'Bad\n\u0007 gateway'),
      { kind: 'transport', detail: 'HTTP 502', message: 'Bad gateway' },
    ],
    [
      'when the connection breaks',
      (_, response) => response.destroy(),
      { kind: 'transport', detail: expect.stringMatching(/^(?:closed|ECONNRESET)$/) },
    ],
    [
      'when the stream ends too early',
      (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {}\n\n'),
      { kind: 'no MCP answer' },
    ],
    [
      'when a tool fails',
      resultWith({ isError: true, content: [{ type: 'text', text: 'no' }] }),
      { kind: 'tool error', detail: 'isError', message: 'no' },
    ],
    ['when it wants to know more', resultWith({ resultType: 'input_required' }), { kind: 'input required' }],
    [
      'by its code',
      errorWith({ code: -32602, message: 'wrong' }),
      { kind: 'JSON-RPC error', detail: '-32602', message: 'wrong' },
    ],
    [
      'when it was given up by the server',
      resultWith({ isError: true, _meta: { 'millrace/reason': 'timed_out' } }),
      { kind: 'tool error', detail: 'isError timed_out' },
    ],
    [
      'when it is refused',
      resultWith({ isError: true, _meta: { 'millrace/reason': 'queue_full', 'millrace/retryAfterMs': 70 } }),
      { kind: 'refused', detail: 'isError queue_full', retryAfterMs: 70 },
    ],
    [
      'when it is refused with an error',
      errorWith({ code: 1429, message: 'slow down', data: { reason: 'rate_limited', retryAfterMs: 9 } }),
      { kind: 'refused', detail: '1429 rate_limited', retryAfterMs: 9 },
    ],
    [
      'when it is refused by HTTP',
      (_, response) => json(response, 503, 'busy', { 'retry-after': '2' }),
      { kind: 'refused', detail: 'HTTP 503', retryAfterMs: 2000 },
    ],
    [
      'when it is refused by both',
      ({ id }, response) =>
        json(
          response,
          429,
          JSON.stringify({ jsonrpc: '2.0', id, error: { code: 1429, message: 'no', data: { retryAfterMs: 5 } } }),
        ),
      { kind: 'refused', detail: 'HTTP 429', message: 'no', retryAfterMs: 5 },
    ],
    [
      'when an HTTP error says why',
      (_, response) => json(response, 400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"headers"}}'),
      { kind: 'JSON-RPC error', detail: '-32020', message: 'headers' },
    ],
  ])('%s', async (_why, answer, expected) => {
    const [first, ...others] = await failuresOf(answer)
    expect(others).toEqual([])
    expect(first).toMatchObject(expected)
  })

  it('when it takes too long', async () => {
    const [first] = await failuresOf(() => {}, '--timeout', '100ms', '-d', '300ms')
    expect(first).toMatchObject({ kind: 'timed out', detail: 'no answer in time' })
  })

  it('when the server dies in the middle', async () => {
    let calls = 0
    const url = await rawServer((request, response, server) => {
      if ((calls += 1) < 20) return send(response, request.id, {})
      server.close()
      response.destroy()
    })
    const report = await benched([url, '--method', 'x', '-d', '400ms'])
    expect(report.errors.map(({ detail }) => detail)).toContain('ECONNREFUSED')
    expect(report.latency.count).toBe(18)
    // It was not hammered meanwhile: each connection waits before it tries again.
    expect(report.failed).toBeLessThan(4 * 30)
  })
})

it('answers in a stream of events count, whatever else is in it', async () => {
  const url = await rawServer(({ id }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.write(': hello\r\n\r\nevent: message\ndata: {"jsonrpc":"2.0","method":"notifications/message"}\n\n')
    response.write('data: nonsense\n\ndata: {"jsonrpc":"2.0",\n')
    response.end(`data: "id":${id},"result":{"text":"é"}}\n\n`)
  })
  expect(await benched([url, '--method', 'x'])).toMatchObject({ failed: 0, code: 0, errors: [] })
})

it('a server that asks its client something gets an answer', async () => {
  const answers: unknown[] = []
  let asked = 0
  const url = await rawServer((request, response) => {
    const { error } = request as { error?: unknown }
    if (error !== undefined) {
      answers.push(error)
      return void response.writeHead(202).end()
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if ((asked += 1) === 1) response.write('data: {"jsonrpc":"2.0","id":"q","method":"sampling/createMessage"}\n\n')
    response.end(`data: {"jsonrpc":"2.0","id":${request.id},"result":{}}\n\n`)
  })
  expect((await benched([url, '--method', 'x'])).failed).toBe(0)
  expect(answers).toEqual([{ code: -32_601, message: 'This client only calls.' }])
})

describe('a server that cannot be used is a sentence', () => {
  const errOf = async (url: string, ...flags: string[]) => {
    const { code, err, out } = await run(['bench', url, ...flags])
    expect([code, out]).toEqual([2, ''])
    return err
  }
  const answering = (status: number, body = '') => listen((_, response) => response.writeHead(status).end(body))

  it('when nobody listens', async () => {
    expect(await errOf('http://127.0.0.1:1/mcp')).toMatch(/cannot be reached \(ECONNREFUSED\)/)
  })
  it('when it asks who calls', async () => {
    expect(await errOf(await answering(401))).toContain("Give what it asks for: --header 'authorization: Bearer …'.")
  })
  it('when the path is wrong', async () => {
    expect(await errOf(await answering(404))).toContain('Most servers have it at /mcp.')
  })
  it('when it is another kind of server', async () => {
    expect(await errOf(await answering(200, '<h1>Shop</h1>'))).toContain('does not answer as an MCP server does')
  })
  it('when it does not speak the revision', async () => {
    expect(await errOf(await answering(400), '--protocol', '2026-07-28')).toContain('HTTP 400')
    const old = await listen((_, response) =>
      response.end('{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":[]}}'),
    )
    expect(await errOf(old, '--protocol', '2026-07-28')).toContain('it does not speak 2026-07-28')
  })
  it('when it never answers', async () => {
    expect(await errOf(await listen(() => {}), '--timeout', '200ms')).toContain('timed out')
  })
})
