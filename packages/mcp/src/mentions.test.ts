import { only } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MockInstance } from 'vitest'
import { invoke } from './invoke.ts'
import { lines } from './fixtures/lines.ts'
import type { TestServer } from './fixtures/lines.ts'
import { echo, text } from './fixtures/recorder.ts'
import { use } from './use.ts'

const pass: Middleware = (call, next) => next(call)
let warn: MockInstance<typeof process.emitWarning>
beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
})
afterEach(() => {
  warn.mockRestore()
})
const warnings = () =>
  warn.mock.calls.flatMap(([message, options]) =>
    (options as { code?: string }).code === 'MILLRACE_UNKNOWN_TOOL' ? [message] : [],
  )

describe.each(lines)('a tool that middleware was told of, on SDK $name', ({ mcpServer, lowLevel, connect }) => {
  const register = (server: TestServer, ...names: string[]) => {
    for (const name of names) server.registerTool(name, echo, () => text(name))
    return server
  }

  it('and that does not exist is a warning, once, with the name that was probably meant', async () => {
    const settings = Object.assign(pass.bind(undefined), { mentions: { 'cached.tools': ['serach', 'details'] } })
    const server = register(use(mcpServer(), only({ tool: ['detials', 'search'] }, settings)), 'search', 'details')
    expect(warnings()).toEqual([])
    const client = await connect(server)
    for (let round = 0; round < 3; round += 1) {
      await client.listTools()
      await client.callTool({ name: 'search', arguments: { q: '' } })
    }
    expect(warnings()).toEqual([
      "only: no tool is called 'detials' so far; did you mean 'details'?",
      "cached.tools: no tool is called 'serach' so far; did you mean 'search'?",
    ])
  })

  it('is looked for when a client first lists or calls tools: not while the server is being filled', async () => {
    const server = use(mcpServer(), only('searches', pass))
    register(server, 'search')
    await invoke(server, { method: 'tools/call', params: { name: 'search', arguments: { q: '' } } })
    const client = await connect(server)
    register(server, 'searches')
    await client.listTools()
    expect(warnings()).toEqual([])
  })

  it('is looked for without a client too, by the third request', async () => {
    const server = register(use(mcpServer(), only('serach', pass)), 'search')
    const request = { method: 'tools/call', params: { name: 'search', arguments: { q: '' } } }
    for (let round = 0; round < 2; round += 1) await invoke(server, request)
    expect(warnings()).toEqual([])
    for (let round = 0; round < 2; round += 1) await invoke(server, request)
    expect(warnings()).toEqual(["only: no tool is called 'serach' so far; did you mean 'search'?"])
  })

  it('is named once however many servers are made, and never when one of them has it', async () => {
    const chain = [only('serach', pass), only('details', pass)]
    for (let round = 0; round < 12; round += 1) {
      const server = register(use(mcpServer(), ...chain), ...(round === 3 ? ['search', 'details'] : ['search']))
      const client = await connect(server)
      await client.callTool({ name: 'search', arguments: { q: '' } })
      await client.close()
    }
    expect(warnings()).toEqual(["only: no tool is called 'serach' so far; did you mean 'search'?"])
  })

  it('and that resembles none is a warning when it has been missing for ten requests', async () => {
    const client = await connect(register(use(mcpServer(), only('weather', pass)), 'search', 'details'))
    for (let round = 0; round < 9; round += 1) await client.listTools()
    expect(warnings()).toEqual([])
    await client.listTools()
    await client.listTools()
    expect(warnings()).toEqual(["only: no tool is called 'weather' so far; there are search, details"])
  })

  it('is looked for in the list of a low-level server, when that is known', async () => {
    const tools = ['search', 'details'].map((name) => ({ name, inputSchema: { type: 'object' } }))
    const server = lowLevel(
      () => ({ tools }),
      () => text('x'),
    )
    use(server as never, only(['serach', 'details'], pass))
    const client = await connect(server)
    await client.callTool({ name: 'search', arguments: {} })
    expect(warnings()).toEqual(["only: no tool is called 'serach' so far; did you mean 'search'?"])
  })
})
