import { describe, expect, it } from 'vitest'
import { lines } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { use } from './use.ts'

describe.each(lines)('what is known of a server on SDK $name', ({ mcpServer, lowLevel, connect }) => {
  it('covers a low-level server, and learns the traits of its tools from its own list', async () => {
    const seen = recorder()
    const tools = [{ name: 'echo', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }]
    const server = use(
      lowLevel(
        () => ({ tools }),
        ({ name }) => text(name),
      ) as never,
      seen.middleware,
    )
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: {} })
    expect(seen.calls[0]).toMatchObject({ operation: 'tools/call echo', traits: { readOnly: true } })
  })

  it('does not let a name that no tool has become a label', async () => {
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    const client = await connect(server)
    for (const name of ['no such tool', '__proto__', 'constructor'])
      await client.callTool({ name, arguments: {} }).catch(() => {})
    expect(new Set(seen.operations())).toEqual(new Set(['tools/call (unknown)']))
  })
})
