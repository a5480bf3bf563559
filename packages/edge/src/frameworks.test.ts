import type { RequestListener } from 'node:http'
import { cached } from '@millrace/cache'
import { use } from '@millrace/mcp'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { edge } from './edge.ts'
import type { Edge } from './edge.ts'
import { clientModern, clientV1 } from './fixtures/clients.ts'
import { listen } from './fixtures/listen.ts'
import { talkative } from './fixtures/serving.ts'
import { v1, v2 } from './fixtures/servers.ts'

/** Mounts an edge in a framework; gives the address. */
type Mount = (endpoint: Edge) => Promise<URL>

const listening = async (handler: RequestListener): Promise<URL> => {
  const { url, close } = await listen(handler)
  onTestFinished(close)
  return url
}

const frameworks: Readonly<Record<string, Mount>> = {
  'node:http': (endpoint) => listening(endpoint.handler),
  Express: async (endpoint) => {
    const app = express()
    app.all('/mcp', (request, response) => endpoint.handler(request, response))
    return listening(app)
  },
  'Express, its body parsed, in a router': async (endpoint) => {
    const router = express.Router()
    router.all('/', (request, response) => endpoint.handler(request, response))
    return listening(express().use(express.json()).use('/mcp', router))
  },
  Fastify: async (endpoint) => {
    const app = fastify()
    app.all('/mcp', (request, reply) => {
      reply.hijack()
      endpoint.handler(request.raw, reply.raw, request.body)
    })
    onTestFinished(() => app.close())
    return new URL('/mcp', await app.listen({ port: 0, host: '127.0.0.1' }))
  },
  Hono: async (endpoint) => {
    const app = new Hono()
    app.all('/mcp', (c) => endpoint.fetch(c.req.raw))
    return listening((message, response) => void relay(app, message, response))
  },
}

/** What a server for Hono does: a web request in, a web response out. */
const relay = async (
  app: { fetch(request: Request): Response | Promise<Response> },
  message: Parameters<RequestListener>[0],
  response: Parameters<RequestListener>[1],
): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const { method = 'GET', headers } = message
  const answer = await app.fetch(
    new Request(`http://${headers.host}${message.url}`, {
      method,
      headers: Object.entries(headers).map<[string, string]>(([name, value]) => [name, String(value)]),
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    }),
  )
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  for await (const chunk of answer.body ?? []) response.write(chunk)
  response.end()
}

describe.each(Object.entries(frameworks))('an edge in %s', (_name, mount) => {
  it.each([
    ['v1', v1, clientV1],
    ['v2', v2, clientModern],
  ])('serves a client of %s: answers, streams and answers of the cache', async (_line, line, kind) => {
    const endpoint = edge(() => use(talkative(line), cached({ tools: { echo: 60_000 } })))
    onTestFinished(() => endpoint.close(0))
    const client = await kind.connect(await mount(endpoint))
    for (let times = 0; times < 2; times += 1) {
      expect(await client.callTool({ name: 'echo', arguments: { q: 'hi' } })).toMatchObject({
        content: [{ text: 'hi' }],
      })
    }
    const heard: number[] = []
    const onprogress = ({ progress }: { progress: number }) => void heard.push(progress)
    expect(await client.callTool({ name: 'tell', arguments: { q: 'x' } }, { onprogress })).toMatchObject({
      content: [{ text: 'x' }],
    })
    expect(heard).toEqual([1])
    await client.close()
  })
})
