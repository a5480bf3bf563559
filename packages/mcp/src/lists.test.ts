import type { ListMethod, Middleware } from '@millrace/core'
import { asMiddleware, only } from '@millrace/core'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { lines, v1, v2 } from './fixtures/lines.ts'
import { use } from './use.ts'

const answer = () => ({ content: [] })
const config = () => ({ description: 'd', inputSchema: z.object({ q: z.string().describe('what') }) })

const watcher = () => {
  const changed: string[] = []
  const revisions: Array<string | undefined> = []
  const middleware: Middleware = asMiddleware(
    (call, next) => {
      revisions.push(call.revision)
      return next(call)
    },
    {
      listChanged: (method: ListMethod) => void changed.push(method),
      resourceUpdated: (uri: string) => void changed.push(uri),
    },
  )
  return { changed, revisions, middleware }
}

describe.each(lines)('lists on SDK $name', ({ mcpServer, connect }) => {
  it('are converted no more once they have been asked for twice, until something registered changes', async () => {
    const server = use(mcpServer())
    const schema = config()
    const internals = schema.inputSchema._zod as unknown as { processJSONSchema(): void }
    const convert = vi.spyOn(internals, 'processJSONSchema')
    const tool = server.registerTool('a', schema, answer)
    const client = await connect(server)
    const first = await client.listTools()
    expect(await client.listTools()).toEqual(first)
    const conversions = convert.mock.calls.length
    expect(conversions).toBeGreaterThan(0)
    expect(await client.listTools()).toEqual(first)
    expect(convert.mock.calls.length).toBe(conversions)
    tool.update({ description: 'changed' })
    expect((await client.listTools()).tools).toMatchObject([{ name: 'a', description: 'changed' }])
    server.registerTool('b', config(), answer)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['a', 'b'])
    tool.disable()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['b'])
  })

  it('are the same as without the memo, and cannot be changed through it', async () => {
    const [bare, used] = [mcpServer(), use(mcpServer())]
    for (const server of [bare, used]) {
      server.registerTool('a', { ...config(), annotations: { readOnlyHint: true } }, answer)
      server.registerTool('b', { outputSchema: z.object({ n: z.number() }) }, answer)
    }
    const expected = await (await connect(bare)).listTools()
    const client = await connect(used)
    for (let round = 0; round < 3; round += 1) expect(await client.listTools()).toEqual(expected)
  })

  it('of an author who looks at the caller are never remembered', async () => {
    let asked = 0
    const server = use(mcpServer())
    server.registerTool('a', config(), answer)
    const own = () => {
      asked += 1
      return { tools: [{ name: `for call ${asked}`, inputSchema: { type: 'object' } }] }
    }
    setToolsList(server, own)
    const client = await connect(server)
    for (const call of [1, 2, 3, 4]) {
      expect((await client.listTools()).tools).toMatchObject([{ name: `for call ${call}` }])
    }
  })

  it('set before use by an author who looks at the caller are never remembered either', async () => {
    let asked = 0
    const server = mcpServer()
    server.registerTool('a', config(), answer)
    setToolsList(server, () => {
      asked += 1
      return { tools: [{ name: `for call ${asked}`, inputSchema: { type: 'object' } }] }
    })
    const client = await connect(use(server))
    for (const call of [1, 2, 3, 4]) {
      expect((await client.listTools()).tools).toMatchObject([{ name: `for call ${call}` }])
    }
  })

  it('tell middleware of changes after connect only', async () => {
    const { changed, middleware } = watcher()
    const server = use(mcpServer(), middleware)
    const tool = server.registerTool('a', config(), answer)
    server.registerResource('r', 'x://1', {}, () => ({ contents: [] }))
    expect(changed).toEqual([])
    await connect(server)
    tool.disable()
    expect(changed).toEqual(['tools/list'])
    await server.server.sendResourceListChanged()
    expect(changed).toEqual(['tools/list', 'resources/list', 'resources/templates/list'])
  })

  it('have one revision for servers that register the same, and another for others', async () => {
    const { revisions, middleware } = watcher()
    const make = (description: string, type: z.ZodType = z.string()) => {
      const server = use(mcpServer(), middleware)
      server.registerTool('a', { description, inputSchema: z.object({ q: z.array(type).optional() }) }, answer)
      return server
    }
    const servers = [
      make('d'),
      make('d'),
      make('other'),
      make('d', z.number()),
      make('d', z.string().min(2)),
      make('d', z.string().describe('x')),
    ]
    for (const server of servers) await (await connect(server)).listTools()
    expect(revisions[0]).toBe(revisions[1])
    expect(new Set(revisions).size).toBe(servers.length - 1)
  })
})

const setToolsList = (server: { readonly server: object }, list: () => object) => {
  const protocol = server.server as { setRequestHandler(schema: unknown, handler: () => object): void }
  const schema =
    'toolInputSchemaJson' in server
      ? 'tools/list'
      : z.object({ method: z.literal('tools/list'), params: z.any().optional() })
  protocol.setRequestHandler(schema, list)
}

/** An `McpServer` of SDK v1, which still has this. */
interface Older {
  tool(name: string, annotations: object, run: () => object): object
}

describe('inspection of tools', () => {
  const picky = (seen: Array<boolean | undefined>): Middleware =>
    asMiddleware((call, next) => next(call), {
      inspect: (tools) => {
        const traits = tools.traits('write')
        if (traits === undefined) return
        seen.push(traits.readOnly)
        if (traits.readOnly === false) throw new Error('write says it writes')
      },
    })

  it.each([v1, v2])(
    'refuses a tool at registration and takes it back, on SDK $name',
    async ({ mcpServer, connect }) => {
      const server = use(mcpServer(), picky([]))
      const register = () => server.registerTool('write', { ...config(), annotations: { readOnlyHint: false } }, answer)
      expect(register).toThrow('write says it writes')
      server.registerTool('read', config(), answer)
      expect((await (await connect(server)).listTools()).tools.map(({ name }) => name)).toEqual(['read'])
    },
  )

  it("refuses a tool that SDK v1's older way registers, and takes it back", async () => {
    const server = use(v1.mcpServer(), picky([]))
    const older = server as unknown as Older
    expect(() => older.tool('write', { readOnlyHint: false }, answer)).toThrow('write says it writes')
    older.tool('read', { readOnlyHint: true }, answer)
    expect((await (await v1.connect(server)).listTools()).tools.map(({ name }) => name)).toEqual(['read'])
  })

  it.each([v1, v2])('lets a tool be that never reaches who would refuse it, on SDK $name', ({ mcpServer }) => {
    const server = use(mcpServer(), only('read', picky([])), only({ traits: { readOnly: true } }, picky([])))
    server.registerTool('write', { ...config(), annotations: { readOnlyHint: false } }, answer)
    expect(() => use(server, only('write', picky([])))).toThrow('write says it writes')
  })

  it.each([v1, v2])('refuses to attach to a server that has such a tool, on SDK $name', ({ mcpServer }) => {
    const server = mcpServer()
    server.registerTool('write', { ...config(), annotations: { readOnlyHint: false } }, answer)
    const keys = Object.keys(server)
    expect(() => use(server, picky([]))).toThrow('write says it writes')
    expect(Object.keys(server)).toEqual(keys)
  })
})
