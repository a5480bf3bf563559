import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { lines } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { toolNames, use, wrap } from './index.ts'

describe.each(lines)('the tools of the server of a call, on SDK $name', ({ mcpServer, lowLevel, connect }) => {
  it('are those that are registered and enabled now, also inside a wrap', async () => {
    const outer = recorder()
    const inner = recorder()
    const server = use(mcpServer(), outer.middleware)
    server.registerTool('search', echo, wrap(inner.middleware)(async () => text('x')) as never)
    const other = server.registerTool('other', echo, () => text('y')) as { disable(): void }
    const client = await connect(server)
    await client.callTool({ name: 'search', arguments: { q: '' } })
    const calls = [outer.calls.find(({ target }) => target === 'search'), inner.calls[0]]
    expect(calls.map((call) => toolNames(call as never))).toEqual([
      ['search', 'other'],
      ['search', 'other'],
    ])
    other.disable()
    expect(toolNames(calls[0] as never)).toEqual(['search'])
  })

  it('are those of its list, for a low-level server', async () => {
    const seen = recorder()
    const list = () => ({ tools: [{ name: 'search', inputSchema: { type: 'object' } }] })
    const server = lowLevel(list, () => text('x'))
    use(server as never, seen.middleware)
    await (await connect(server)).callTool({ name: 'search', arguments: {} })
    expect(toolNames(seen.calls.find(({ target }) => target === 'search') as never)).toEqual(['search'])
  })

  it('are not known where the list cannot be had, and where there is no use', async () => {
    const seen = recorder()
    const fails = () => {
      throw new Error('no list')
    }
    const server = lowLevel(fails, () => text('x'))
    use(server as never, seen.middleware)
    await (await connect(server)).callTool({ name: 'search', arguments: {} })
    await wrap(seen.middleware)(async () => text('x'))()
    expect([...seen.calls, fakeCall()].map(toolNames)).toEqual([undefined, undefined, undefined])
  })
})
