import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { edge } from './edge.ts'
import { legacy, modern } from './fixtures/post.ts'
import { talkative } from './fixtures/serving.ts'
import { v1, v2 } from './fixtures/servers.ts'
import { serve } from './serve/serve.ts'
import type { ServeOptions } from './serve/options.ts'

const broken: Array<[string, () => never, string]> = [
  ['throws', () => fail(new Error('DATABASE_URL is not set')), 'Error: DATABASE_URL is not set'],
  ['rejects', () => Promise.reject(new Error('no schema')) as never, 'Error: no schema'],
  ['gives nothing', () => undefined as never, 'TypeError: edge: createServer: expected an McpServer or Server of'],
  ['gives an object', () => ({}) as never, 'TypeError: edge: createServer: expected an McpServer or Server of'],
  ['is a class', class Server {} as never, 'TypeError: Class constructor Server cannot be invoked'],
]

const fail = (error: Error): never => {
  throw error
}

describe.each(broken)('a createServer that %s', (_what, createServer, why) => {
  it('fails the start of serve, before anybody is listened to, and what has started is stopped', async () => {
    const life: string[] = []
    const lifespan = {
      start: async () => life.push('start'),
      stop: async (reason?: string) => void life.push(`stop: ${reason}`),
      onDrain: () => {},
      isReady: true,
    }
    const started = serve(createServer, { port: 0, signals: false, lifespan })
    await expect(started).rejects.toThrow(`serve: createServer makes no server: ${why.replace(/^\w+: /, '')}`)
    const cause = await started.catch((error: Error) => error.cause)
    expect(String(cause)).toContain(why)
    expect(life).toEqual(['start', 'stop: createServer makes no server'])
  })

  it('is warned of once at the other doors, where nobody else hears of it', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const served = edge(createServer)
    for (let times = 0; times < 2; times += 1) {
      const answer = await served.fetch(new Request('http://localhost/mcp', legacy('tools/list')))
      expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('Internal server error')])
    }
    expect(warn).toHaveBeenCalledOnce()
    const [message, options] = warn.mock.calls[0] as [string, object]
    expect(message).toContain('edge: there is no onError, so nobody hears what fails outside any call. The first: ')
    expect(message).toContain(why)
    expect(options).toMatchObject({ type: 'MillraceWarning', code: 'MILLRACE_EDGE' })
    await served.close(0)
  })

  it('is for onError alone where there is one', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const errors: unknown[] = []
    const served = edge(createServer, { onError: (error) => void errors.push(error) })
    await served.fetch(new Request('http://localhost/mcp', legacy('tools/list')))
    expect(errors.map(String)).toEqual([expect.stringContaining(why)])
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('a request that the SDK refuses', () => {
  it('is nothing to warn of', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const served = edge(() => talkative(v2))
    const { headers, body } = modern('tools/call', { name: 'echo', arguments: { q: 'hi' } })
    const init = { method: 'POST', headers: { ...headers, 'mcp-name': 'another' }, body }
    expect((await served.fetch(new Request('http://localhost/mcp', init))).status).toBe(400)
    expect(warn).not.toHaveBeenCalled()
  })
})

describe.each([v1, v2])('serve with a server of $name', (line) => {
  const open = async (options: ServeOptions) => {
    const made: unknown[] = []
    const create = (...given: unknown[]) => {
      made.push(...given)
      return talkative(line)
    }
    const serving = await serve(create, { port: 0, signals: false, ...options })
    onTestFinished(() => serving.close())
    return { serving, made }
  }

  it('makes the first server before it listens, and serves with it', async () => {
    const { serving } = await open({ shared: true })
    expect((await serving.stats()).servers).toBe(1)
    expect((await fetch(serving.url, legacy('tools/list'))).status).toBe(200)
    expect((await serving.stats()).servers).toBe(1)
  })

  it('tries one also where each request has its own', async () => {
    const { serving, made } = await open({ shared: false })
    expect(made).toEqual([{ era: 'legacy' }])
    expect((await serving.stats()).servers).toBe(0)
  })
})
