import { subscribe } from '@millrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { edge } from '../edge.ts'
import { legacy, modern } from '../fixtures/post.ts'
import { serving } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import type { Line } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'

interface Context {
  readonly requestInfo?: { readonly headers: { readonly [name: string]: string | string[] | undefined } }
  readonly http?: { readonly req: Request }
}

/** A server whose tool answers with the id that its handler sees. */
const tracing = (line: Line) => {
  const server = line.mcpServer()
  server.registerTool('trace', {}, ({ requestInfo, http }: Context) => {
    const id = requestInfo?.headers['x-request-id'] ?? http?.req.headers.get('x-request-id')
    return { content: [{ type: 'text', text: id ?? 'none' }] }
  })
  return server
}

const trace = { name: 'trace', arguments: {} }
const textOf = (answer: string): string | undefined => /"text":"([^"]*)"/.exec(answer)?.[1]
const made = /^[\da-f]{8}-[\da-z]+$/

describe.each([
  ['v1', v1, legacy],
  ['v2 of 2025', v2, legacy],
  ['v2', v2, modern],
])('the id of a request to a server of %s', (_name, line, request) => {
  const post = (given?: string) => {
    const { headers, body } = request('tools/call', trace)
    return { method: 'POST', body, headers: given === undefined ? headers : { ...headers, 'x-request-id': given } }
  }

  it.each([true, false])('is the same for handler and caller: its own, else a new one (shared: %s)', async (shared) => {
    const { url } = await serving(() => tracing(line), { shared })
    for (const [given, seen] of [
      ['trace:1/a', /^trace:1\/a$/],
      [undefined, made],
      ['not "sound"', made],
      ['x'.repeat(200), made],
    ] as const) {
      const { headers, bytes } = await send(url, post(given))
      expect(headers['x-request-id']).toMatch(seen)
      expect(textOf(bytes.toString())).toBe(headers['x-request-id'])
    }
  })

  it('is the same through fetch', async () => {
    const served = edge(() => tracing(line))
    onTestFinished(() => served.close(0))
    for (const given of ['mine', undefined]) {
      const answer = await served.fetch(new Request('http://localhost/mcp', post(given)))
      const id = answer.headers.get('x-request-id')
      expect(id).toMatch(given === undefined ? made : /^mine$/)
      expect(textOf(await answer.text())).toBe(id)
    }
  })

  it('is what the caller sent, when the edge gives none', async () => {
    const { url } = await serving(() => tracing(line), { requestIds: false })
    const { headers, bytes } = await send(url, post('not "sound"'))
    expect(headers['x-request-id']).toBeUndefined()
    expect(bytes.toString()).toContain('not \\"sound\\"')
  })
})

describe('what the edge says of a request', () => {
  it('carries its id, whether it was refused or failed', async () => {
    const events: unknown[] = []
    onTestFinished(subscribe('edge', (event) => void events.push(event)))
    const createServer = () => {
      throw new Error('no server')
    }
    const { url } = await serving(createServer, { onError: () => {} })
    const { headers, body } = legacy('tools/list')
    await send(url, { headers: { ...headers, 'x-request-id': 'one', origin: 'https://evil.example' }, body })
    await send(url, { headers: { ...headers, 'x-request-id': 'two' }, body })
    expect(events).toEqual([
      { type: 'edge.refused', status: 403, message: 'Invalid Origin: evil.example', requestId: 'one' },
      { type: 'edge.failed', error: new Error('no server'), requestId: 'two' },
      { type: 'edge.refused', status: 500, message: 'Internal server error', requestId: 'two' },
    ])
  })
})
