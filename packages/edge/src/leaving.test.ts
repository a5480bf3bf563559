import { request as ask } from 'node:http'
import { describe, expect, it } from 'vitest'
import { edge } from './edge.ts'
import type { EdgeOptions } from './options.ts'
import { listen } from './fixtures/listen.ts'
import { legacy, modern } from './fixtures/post.ts'
import { v1, v2 } from './fixtures/servers.ts'
import type { Line } from './fixtures/servers.ts'
import { until } from './fixtures/until.ts'

const eras = [
  { name: 'v1', line: v1, request: legacy },
  { name: 'v2, 2025', line: v2, request: legacy },
  { name: 'v2, 2026-07-28', line: v2, request: modern },
]

/** A server whose tool runs until its caller is gone; it is made when it may be. */
const late = (line: Line) => {
  const seen = { made: 0, running: 0 }
  let letGo: () => void = () => {}
  const free = new Promise<void>((resolve) => (letGo = resolve))
  const create = async () => {
    seen.made += 1
    await free
    const server = line.mcpServer()
    server.registerTool('wait', {}, ({ signal, mcpReq = { signal } }: Context) => {
      seen.running += 1
      return new Promise((_resolve, reject) => {
        const end = () => {
          seen.running -= 1
          reject(new Error('gone'))
        }
        if (mcpReq.signal.aborted) end()
        else mcpReq.signal.addEventListener('abort', end)
      })
    })
    return server
  }
  return { create, seen, letGo }
}

interface Context {
  readonly signal: AbortSignal
  readonly mcpReq?: { readonly signal: AbortSignal }
}

const wait = { name: 'wait', arguments: {} }
const nothingLeft = async (served: ReturnType<typeof edge>, seen: { running: number }) => {
  await until(() => served.stats().active === 0, 'nothing is under way')
  // What has begun nevertheless is aborted.
  await until(() => seen.running === 0, 'no handler runs')
}

describe.each(eras)('a caller of $name that leaves before a server is there for it', ({ line, request }) => {
  it.each<[string, EdgeOptions]>([
    ['a shared one', {}],
    ['one of its own', { shared: false }],
  ])('keeps nothing busy: %s', async (_whose, options) => {
    const { create, seen, letGo } = late(line)
    const served = edge(create, options)
    let hasLeft = false
    const { url, close } = await listen((message, response) => {
      response.on('close', () => void (hasLeft = true))
      served.handler(message, response)
    })
    const { headers, body } = request('tools/call', wait)
    const sent = ask(url, { method: 'POST', headers, agent: false }).on('error', () => {})
    sent.end(body)
    await until(() => seen.made > 0, 'a server is made')
    sent.destroy()
    await until(() => hasLeft, 'its connection has ended')
    letGo()
    await nothingLeft(served, seen)
    await served.close(0)
    await close()
  })

  it('keeps nothing busy through fetch, nor when it had left before it asked', async () => {
    const { create, seen, letGo } = late(line)
    const served = edge(create)
    const gone = new AbortController()
    const ofHim = () => new Request('http://localhost/mcp', { ...request('tools/call', wait), signal: gone.signal })
    const first = served.fetch(ofHim())
    await until(() => seen.made > 0, 'a server is made')
    gone.abort()
    expect([(await first).status, (await served.fetch(ofHim())).status]).toEqual([499, 499])
    letGo()
    await nothingLeft(served, seen)
    await served.close(0)
  })
})
