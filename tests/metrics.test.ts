import { cached } from '@millrace/cache'
import { invoke, use } from '@millrace/mcp'
import { metrics } from '@millrace/metrics'
import type { Metrics } from '@millrace/metrics'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as ServerV2 } from '@modelcontextprotocol/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'

const made = (): Metrics => {
  const own = metrics({ process: false })
  onTestFinished(() => own.close())
  return own
}

const linesOf = async (own: Metrics, name = ''): Promise<string[]> => {
  const { body } = await own.exposition()
  return body.split('\n').filter((line) => line.startsWith(name) && line !== '' && !line.startsWith('#'))
}

const lines = {
  v1: () => new ServerV1({ name: 'test', version: '1' }),
  v2: () => new ServerV2({ name: 'test', version: '1' }),
} as const

const serverOf = (line: keyof typeof lines) => {
  const server = lines[line]() as ServerV2
  const annotations = { readOnlyHint: true }
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }), annotations }, async ({ text }) => {
    if (text === 'throw') throw new Error('broken')
    return { content: [{ type: 'text', text }] }
  })
  return server
}

const request = (name: string, text: string) => ({ method: 'tools/call', params: { name, arguments: { text } } })

describe.each(['v1', 'v2'] as const)('metrics on a server of SDK %s', (line) => {
  test('knows the error that the SDK hid in a result, and counts answers of the cache', async () => {
    const own = made()
    const server = use(serverOf(line), own, cached({ ttlMs: 60_000 }))
    await invoke(server, request('echo', 'hello'))
    await invoke(server, request('echo', 'hello'))
    await invoke(server, request('echo', 'throw'))
    expect(await linesOf(own, 'mcp_requests_total')).toEqual([
      'mcp_requests_total{method="tools/call",operation="tools/call echo",outcome="ok"} 2',
      'mcp_requests_total{method="tools/call",operation="tools/call echo",outcome="failed"} 1',
    ])
    expect(await linesOf(own, 'cache_hit_ratio{cache_type="all"}')).toEqual([expect.stringMatching(/ 0\.33/)])
  })

  test('has as many series as before, whatever is called with whatever arguments', async () => {
    const own = made()
    const server = use(serverOf(line), own)
    await invoke(server, request('echo', 'hello'))
    await invoke(server, request('nobody', 'hello')).catch(() => {})
    const before = (await linesOf(own)).length
    const names = ['a"b', 'a\nb', '\ud800', '__proto__', 'x'.repeat(10_240), '"} 1\nevil{a="']
    for (const name of names) await invoke(server, request(name, 'hello')).catch(() => {})
    for (let n = 0; n < 300; n += 1) await invoke(server, request(`tool ${n}`, 'hello')).catch(() => {})
    for (let n = 0; n < 300; n += 1) await invoke(server, request('echo', `${n}`))
    expect((await linesOf(own)).length).toBe(before)
    expect((await linesOf(own, 'mcp_requests_total')).join('\n')).toContain('operation="tools/call (unknown)"')
  })
})
