import { queue, rateLimit } from '@millrace/queue'
import { invoke, use, wrap } from '@millrace/mcp'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { describe, expect, it, vi } from 'vitest'

interface Registers {
  registerTool(name: string, config: object, handler: () => Promise<Answer>): unknown
  registerPrompt(name: string, config: object, handler: () => { messages: [] }): unknown
}
interface Answer {
  [key: string]: unknown
  content: Array<{ type: 'text'; text: string }>
}

const info = { name: 'test', version: '1.0.0' }
const lines = [
  { name: 'v1', make: () => new McpServerV1(info) },
  { name: 'v2', make: () => new McpServerV2(info) },
] as const
const callTo = (name: string) => ({ method: 'tools/call', params: { name, arguments: {} } })

/** A tool whose calls run until they are told to end. */
const heldTool = () => {
  const open: Array<() => void> = []
  const handler = () =>
    new Promise<Answer>((resolve) => open.push(() => resolve({ content: [{ type: 'text', text: 'done' }] })))
  return { open, handler }
}

describe.each(lines)('a queue and a rate limit on SDK $name', ({ make }) => {
  it('hold for the whole server, and tell a model what it can do', async () => {
    const own = queue({ maxConcurrent: 1, maxQueued: 0 })
    const server = use(make(), own)
    const { open, handler } = heldTool()
    ;(server as unknown as Registers).registerTool('search', {}, handler)
    ;(server as unknown as Registers).registerPrompt('greet', {}, () => ({ messages: [] }))
    const running = invoke(server, callTo('search'))
    await vi.waitFor(() => expect(open).toHaveLength(1))
    expect(await invoke(server, callTo('search'))).toEqual({
      content: [{ type: 'text', text: 'tools/call search was not started because too many calls are waiting.' }],
      isError: true,
      _meta: { 'millrace/reason': 'queue_full' },
    })
    const refused = invoke(server, { method: 'prompts/get', params: { name: 'greet' } })
    await expect(refused).rejects.toMatchObject({ code: 1503, data: { reason: 'queue_full' } })
    open[0]!()
    expect(await running).toMatchObject({ content: [{ text: 'done' }] })
    expect(await invoke(server, { method: 'prompts/get', params: { name: 'greet' } })).toMatchObject({ messages: [] })
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })

  it('hold around one handler, for as many as share the value', async () => {
    const own = queue({ maxConcurrent: 1 })
    const server = make()
    const { open, handler } = heldTool()
    for (const name of ['one', 'two'])
      (server as unknown as Registers).registerTool(name, {}, wrap({ name }, own)(handler))
    const answers = ['one', 'two', 'one'].map((name) => invoke(server, callTo(name)))
    for (let n = 1; n <= 3; n += 1) {
      await vi.waitFor(() => expect(open).toHaveLength(n))
      expect(own.state()).toMatchObject({ inFlight: 1, depth: 3 - n })
      open.at(-1)!()
    }
    expect(await Promise.all(answers)).toHaveLength(3)
  })

  it('refuse what comes too often with the code for that', async () => {
    const server = use(make(), rateLimit({ calls: 1, perMs: 3_600_000 }))
    ;(server as unknown as Registers).registerPrompt('greet', {}, () => ({ messages: [] }))
    const ask = () => invoke(server, { method: 'prompts/get', params: { name: 'greet' } })
    await ask()
    await expect(ask()).rejects.toMatchObject({
      code: 1429,
      data: { reason: 'rate_limited', retryAfterMs: expect.any(Number) },
    })
  })

  it('name a tool that the server does not have, once it is known', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const server = use(make(), queue({ perTool: { serach: 1, search: 2 }, priority: { search: 'high' } }))
    ;(server as unknown as Registers).registerTool('search', {}, async () => ({ content: [] }))
    for (let n = 0; n < 4; n += 1) await invoke(server, callTo('search'))
    expect(warnings.mock.calls.map(([message]) => message)).toEqual([
      "queue.perTool: no tool is called 'serach' so far; did you mean 'search'?",
    ])
    warnings.mockRestore()
  })
})
