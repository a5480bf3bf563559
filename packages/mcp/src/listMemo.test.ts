import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import type { TestServer } from './fixtures/lines.ts'
import { use } from './use.ts'

const answer = () => ({ content: [] })

/** A registered tool with data that may be changed in place. */
interface Filled {
  readonly annotations: { [hint: string]: boolean }
  readonly _meta: { readonly deep: { readonly list: string[] } }
}

// What the SDKs' own `update` replaces, and what an author may replace by hand.
const changes: ReadonlyArray<readonly [field: string, value: unknown]> = [
  ['title', 'Another title'],
  ['description', 'Another description'],
  ['annotations', { readOnlyHint: true }],
  ['inputSchema', z.object({ other: z.number() })],
  ['outputSchema', z.object({ other: z.number() })],
  ['icons', [{ src: 'https://example.org/icon.png' }]],
  ['execution', { taskSupport: 'optional' }],
  ['_meta', { 'example.org/other': true }],
  ['enabled', false],
]

describe.each(lines)('a remembered list on SDK $name', ({ mcpServer, connect, template }) => {
  const tool = (server: TestServer) =>
    server.registerTool('a', { description: 'd', inputSchema: z.object({ q: z.string() }) }, answer) as object

  it.each(changes)('says at once what became of %s', async (field, value) => {
    const [bare, used] = [mcpServer(), use(mcpServer())]
    const tools = [bare, used].map(tool)
    const [plain, remembering] = [await connect(bare), await connect(used)]
    for (let round = 0; round < 3; round += 1) expect(await remembering.listTools()).toEqual(await plain.listTools())
    for (const one of tools) Object.assign(one, { [field]: value })
    for (let round = 0; round < 3; round += 1) expect(await remembering.listTools()).toEqual(await plain.listTools())
  })

  it.each<[string, (tool: Filled) => unknown]>([
    ['a hint', (tool) => (tool.annotations['readOnlyHint'] = false)],
    ['a new hint', (tool) => (tool.annotations['idempotentHint'] = true)],
    ['a hint that is gone', (tool) => delete tool.annotations['readOnlyHint']],
    ['what lies deep in _meta', (tool) => tool._meta.deep.list.push('b')],
  ])('says at once what was changed in place: %s', async (_, change) => {
    const [bare, used] = [mcpServer(), use(mcpServer())]
    const filled = () => ({ annotations: { readOnlyHint: true }, _meta: { deep: { list: ['a'] } } })
    const tools = [bare, used].map((server) => server.registerTool('a', filled(), answer) as unknown as Filled)
    const [plain, remembering] = [await connect(bare), await connect(used)]
    for (let round = 0; round < 3; round += 1) expect(await remembering.listTools()).toEqual(await plain.listTools())
    for (const tool of tools) change(tool)
    for (let round = 0; round < 3; round += 1) expect(await remembering.listTools()).toEqual(await plain.listTools())
  })

  it('has another revision once something was changed in place, and the old one when that is taken back', async () => {
    const revisions: unknown[] = []
    const server = use(mcpServer(), (call, next) => {
      revisions.push(call.revision)
      return next(call)
    })
    const annotations: { [hint: string]: boolean } = { readOnlyHint: true }
    const tool = server.registerTool('a', { annotations }, answer) as unknown as Filled
    const client = await connect(server)
    for (const hint of [true, false, false, true]) {
      tool.annotations['readOnlyHint'] = hint
      await client.listTools()
    }
    const [first, second, third, last] = revisions
    expect([first === last, first === second, second === third]).toEqual([true, false, true])
  })

  it('says of a schema what it was when it was registered, until another takes its place', async () => {
    const server = use(mcpServer())
    const schema = z.object({ q: z.string() })
    const tool = server.registerTool('a', { inputSchema: schema }, answer)
    const client = await connect(server)
    const fields = async () => {
      const [listed] = (await client.listTools()).tools as ReadonlyArray<{ inputSchema?: { properties?: object } }>
      return Object.keys(listed?.inputSchema?.properties ?? {})
    }
    for (let round = 0; round < 3; round += 1) expect(await fields()).toEqual(['q'])
    Object.assign(schema.shape, { r: z.string() })
    expect(await fields()).toEqual(['q'])
    Object.assign(tool, { inputSchema: z.object({ s: z.string() }) })
    expect(await fields()).toEqual(['s'])
  })

  it('says what became of a prompt and of a resource', async () => {
    const server = use(mcpServer())
    const prompt = server.registerPrompt('p', { description: 'd' }, () => ({ messages: [] })) as object
    const resource = server.registerResource('r', 'x://r', { description: 'd' }, () => ({ contents: [] }))
    const client = await connect(server)
    for (const method of ['prompts/list', 'resources/list']) {
      for (let round = 0; round < 3; round += 1) await client.request(method)
    }
    Object.assign(prompt, { description: 'another' })
    Object.assign(resource, { metadata: { description: 'another' } })
    expect(await client.request('prompts/list')).toMatchObject({ prompts: [{ description: 'another' }] })
    expect(await client.request('resources/list')).toMatchObject({ resources: [{ description: 'another' }] })
  })

  it('is never one of resources that a template lists by itself', async () => {
    let asked = 0
    const list = () => ({ resources: [{ name: 'r', uri: `x://${(asked += 1)}` }] })
    const server = use(mcpServer())
    server.registerResource('r', template('x://{id}', list), {}, () => ({ contents: [] }))
    const client = await connect(server)
    for (let round = 1; round <= 4; round += 1) {
      expect(await client.request('resources/list')).toMatchObject({ resources: [{ uri: `x://${round}` }] })
    }
  })

  it('is none where a request has a cursor', async () => {
    const [bare, used] = [mcpServer(), use(mcpServer())]
    for (const server of [bare, used]) tool(server)
    const [plain, remembering] = [await connect(bare), await connect(used)]
    for (let round = 0; round < 3; round += 1) await remembering.listTools()
    const ended = (listing: Promise<unknown>) => listing.catch((error: Error) => error.message)
    expect(await ended(remembering.listTools({ cursor: 'x' }))).toEqual(await ended(plain.listTools({ cursor: 'x' })))
  })
})
