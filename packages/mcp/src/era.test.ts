import type { Call } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { v1, v2 } from './fixtures/lines.ts'
import type { Line } from './fixtures/lines.ts'
import { invoke } from './invoke.ts'
import { use } from './use.ts'

const modern = '2026-07-28'
const ping = { method: 'tools/call', params: { name: 'ping' } }

/** A server that says of each call whether its client reads cache hints, as those of 2026-07-28 do. */
const serverOf = (line: Line) => {
  const seen: Array<boolean | undefined> = []
  const server = use(line.mcpServer(), (call: Call, next) => {
    seen.push(call.acceptsHints)
    return next(call)
  })
  server.registerTool('ping', {}, () => ({ content: [] }))
  return { server, seen }
}

describe('the protocol version of an invoked request', () => {
  it('is that which its server speaks: the first request decides', async () => {
    const { server, seen } = serverOf(v2)
    await invoke(server, { ...ping, protocolVersion: modern })
    await invoke(server, ping)
    expect(seen).toEqual([true, true])
    await expect(invoke(server, { ...ping, protocolVersion: '2025-11-25' })).rejects.toThrow(
      'invoke: the server speaks 2026-07-28; a request of 2025-11-25 needs a server of its own, made by SDK v2',
    )
  })

  it.each([undefined, '2025-06-18'])(
    'stays one of before 2026-07-28 after a request of %s',
    async (protocolVersion) => {
      const { server, seen } = serverOf(v2)
      await invoke(server, { ...ping, protocolVersion })
      await expect(invoke(server, { ...ping, protocolVersion: modern })).rejects.toThrow('speaks a version before')
      await invoke(server, { ...ping, protocolVersion: '2025-11-25' })
      expect(seen).toEqual([false, false])
      const client = await v2.connect(server)
      await client.callTool({ name: 'ping' })
      await expect(invoke(server, { ...ping, protocolVersion: modern })).rejects.toThrow('speaks 2025-11-25')
      await client.close()
    },
  )

  it('is never that of 2026-07-28 on SDK v1', async () => {
    const { server, seen } = serverOf(v1)
    await expect(invoke(server, { ...ping, protocolVersion: modern })).rejects.toThrow('made by SDK v2')
    await invoke(server, ping)
    expect(seen).toEqual([false])
  })
})
