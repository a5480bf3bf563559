import type { IncomingMessage, RequestListener } from 'node:http'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { edge } from '../edge.ts'
import { listen } from '../fixtures/listen.ts'
import { legacy } from '../fixtures/post.ts'
import { talkative } from '../fixtures/serving.ts'
import { v1 } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'

const post = legacy('tools/call', { name: 'echo', arguments: { q: 'hí' } })
const any = { type: () => true }

const ask = async (mount: (handler: ReturnType<typeof edge>['handler']) => RequestListener, body = post.body) => {
  const served = edge(() => talkative(v1))
  const { url, close } = await listen(mount(served.handler))
  onTestFinished(async () => {
    await served.close(0)
    await close()
  })
  return send(url, { headers: post.headers, body })
}

const after =
  (parser: express.RequestHandler) =>
  (handler: RequestListener): RequestListener =>
    express().use(parser).use(handler)

/** Mounts it after something that sets `request.body`. */
const leaving =
  (body: unknown, explicit?: unknown) =>
  (handler: ReturnType<typeof edge>['handler']): RequestListener =>
  (request, response) => {
    Object.assign(request, { body })
    handler(request, response, explicit)
  }

describe('a body that a framework has read', () => {
  it.each([
    ['raw()', express.raw(any)],
    ['text()', express.text(any)],
    ['json()', express.json()],
  ])('is taken as %s gives it', async (_name, parser) => {
    const answer = await ask(after(parser))
    expect([answer.status, answer.json()['result']]).toMatchObject([200, { content: [{ text: 'hí' }] }])
  })

  it.each([
    ['raw()', express.raw(any)],
    ['text()', express.text(any)],
  ])('is refused when it is no JSON, from %s', async (_name, parser) => {
    const answer = await ask(after(parser), '{"jsonrpc')
    expect([answer.status, answer.json().error]).toMatchObject([
      400,
      { code: -32700, message: 'Parse error: Invalid JSON' },
    ])
  })

  it.each([
    [
      'what urlencoded() makes of JSON',
      after(express.urlencoded({ ...any, extended: false })),
      'an object without jsonrpc',
    ],
    ['a number', leaving(5), 'a number'],
    ['a Map', leaving(new Map()), 'an object without jsonrpc'],
    ['null', leaving(null), 'null'],
  ])('is refused with a sentence that helps when it is %s', async (_what, mount, got) => {
    const answer = await ask(mount)
    expect(answer.status).toBe(400)
    expect(answer.json().error).toEqual({
      code: -32700,
      message: `Parse error: the body that was read before must be text, bytes or a JSON-RPC message, got ${got}`,
    })
  })

  it('is read by the edge where a parser of Express 4 has left an empty object behind', async () => {
    expect((await ask(leaving({}))).status).toBe(200)
  })

  it('gives way to the one that the handler is given', async () => {
    const message: unknown = JSON.parse(post.body)
    const answer = await ask(leaving({ jsonrpc: '2.0', id: 1, method: 'tools/juggle' }, message))
    expect([answer.status, answer.json()['result']]).toMatchObject([200, { content: [{ text: 'hí' }] }])
  })

  it('is nothing that Express gives every handler', async () => {
    expect((await ask((handler) => express().all('/mcp', handler))).status).toBe(200)
  })

  it('is a batch as well', async () => {
    const mount = (handler: RequestListener): RequestListener => after(express.json())(handler)
    expect((await ask(mount, `[${post.body}]`)).status).toBe(200)
  })

  it('means nothing for other methods', async () => {
    const served = edge(() => talkative(v1), { sessions: true })
    const { url, close } = await listen((request: IncomingMessage, response) => {
      Object.assign(request, { body: {} })
      served.handler(request, response)
    })
    expect((await send(url, { method: 'GET', headers: { accept: 'text/event-stream' } })).status).toBe(400)
    await served.close(0)
    await close()
  })
})
