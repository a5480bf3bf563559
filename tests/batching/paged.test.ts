import { Client as ClientV2, InMemoryTransport as InMemoryV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport as InMemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as ServerV1, ResourceTemplate as TemplateV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as ServerV2, ResourceTemplate as TemplateV2 } from '@modelcontextprotocol/server'
import { paged } from '@millrace/batch'
import type { Paged } from '@millrace/batch'
import { use } from '@millrace/mcp'
import { postgres } from '@millrace/pg'
import type { Postgres } from '@millrace/pg'
import { queue } from '@millrace/queue'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import * as z from 'zod'
import { failureOf } from '../fixtures/world.ts'
import { withPostgres } from '../readme/postgres.ts'

let db: Postgres
let leave: () => Promise<void>
beforeAll(async () => {
  leave = await withPostgres()
  db = await postgres({ connection: process.env['DATABASE_URL'], max: 2 }).open()
  await db.query('DROP TABLE IF EXISTS paged_rows')
  await db.query(
    'CREATE TABLE paged_rows AS SELECT n AS id, repeat(md5(n::text), 30) AS body FROM generate_series(1, 20000) n',
  )
  await db.query('ALTER TABLE paged_rows ADD PRIMARY KEY (id)')
}, 60_000)
afterAll(async () => {
  await db.query('DROP TABLE IF EXISTS paged_rows')
  await db.close()
  await leave()
})

interface Row {
  readonly id: number
  readonly body: string
}

const text = 'SELECT id, body FROM paged_rows WHERE id > $1 ORDER BY id'
const rows = (after: string | undefined, { signal }: { readonly signal: AbortSignal }) =>
  db.stream<Row>(text, [Number(after ?? 0)], { signal, batchRows: 100 })

const info = { name: 'paged', version: '1.0.0' }
const inputSchema = z.object({ after: z.string().optional() })

/** What of a client is used here, the same in both lines. */
interface Client {
  readResource(
    params: { uri: string },
    options?: object,
  ): Promise<{ contents: ReadonlyArray<object>; _meta?: { readonly [name: string]: unknown } | undefined }>
  tool(args: object, options?: object): Promise<{ content: ReadonlyArray<object> }>
}

const v1 = async (pages: Paged): Promise<Client> => {
  const server = use(new ServerV1(info), queue())
  server.registerResource('first', pages.uri, {}, pages.resource)
  server.registerResource('others', new TemplateV1(pages.template, { list: undefined }), {}, pages.resource)
  server.registerTool('rows', { inputSchema: { after: z.string().optional() } }, pages.tool)
  const client = new ClientV1(info)
  const [near, far] = InMemoryV1.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  onTestFinished(() => client.close())
  return {
    readResource: (params, options) => client.readResource(params, options),
    tool: async (args, options) =>
      (await client.callTool({ name: 'rows', arguments: { ...args } }, undefined, options)) as never,
  }
}

const v2 = async (pages: Paged): Promise<Client> => {
  const server = use(new ServerV2(info), queue())
  server.registerResource('first', pages.uri, {}, pages.resource)
  server.registerResource('others', new TemplateV2(pages.template, { list: undefined }), {}, pages.resource)
  server.registerTool('rows', { inputSchema }, pages.tool)
  const client = new ClientV2(info)
  const [near, far] = InMemoryV2.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  onTestFinished(() => client.close())
  return {
    readResource: (params, options) => client.readResource(params, options),
    tool: (args, options) => client.callTool({ name: 'rows', arguments: { ...args } }, options),
  }
}

describe.each([
  ['v1', v1],
  ['v2', v2],
])('a table of PostgreSQL through SDK %s', (_, connect) => {
  const idsOf = (lines: string): number[] => lines.split('\n').map((line) => (JSON.parse(line) as Row).id)

  it('arrives whole, page by page, and the database gives no row that no page asked for', async () => {
    const client = await connect(paged({ uri: 'table://rows', rows, cursorOf: ({ id }) => id, maxBytes: 2 ** 20 }))
    const ids: number[] = []
    let pages = 0
    for (let uri: string | undefined = 'table://rows'; uri !== undefined; pages += 1) {
      const { contents, _meta } = await client.readResource({ uri })
      const { text: lines } = contents[0] as { readonly text: string }
      expect(Buffer.byteLength(lines)).toBeLessThanOrEqual(2 ** 20)
      for (const id of idsOf(lines)) ids.push(id)
      uri = _meta?.['millrace/next'] as string | undefined
    }
    expect(ids).toEqual(Array.from({ length: 20_000 }, (__, n) => n + 1))
    expect(pages).toBeGreaterThan(18)
  })

  it('is read by a tool as well, which says how to go on and how far it is', async () => {
    const client = await connect(paged({ uri: 'table://rows', rows, cursorOf: ({ id }) => id, maxRows: 500 }))
    const progress: Array<{ readonly progress: number }> = []
    const { content } = await client.tool({ after: '100' }, { onprogress: (one: never) => progress.push(one) })
    const [page, more, link] = content as ReadonlyArray<{ readonly text: string; readonly uri: string }>
    expect(idsOf(page!.text)).toHaveLength(267)
    expect(more!.text).toContain('call again with {"after":"367"}')
    expect(link!.uri).toBe('table://rows?after=367')
    expect(progress.at(-1)).toMatchObject({ progress: 267 })
  })

  it('is read no further when its client leaves: the query ends on the server', async () => {
    const slow = 'SELECT id, body FROM paged_rows WHERE id > $1 AND pg_sleep(0.01) IS NOT NULL ORDER BY id'
    const sleeping = (after: string | undefined, { signal }: { readonly signal: AbortSignal }) =>
      db.stream<Row>(slow, [Number(after ?? 0)], { signal, batchRows: 100_000 })
    const client = await connect(paged({ uri: 'table://rows', rows: sleeping, cursorOf: ({ id }) => id }))
    const controller = new AbortController()
    const page = client.readResource({ uri: 'table://rows' }, { signal: controller.signal })
    const left = failureOf(page)
    await vi.waitFor(() => expect(db.stats().busy).toBe(1))
    controller.abort('gone')
    expect(await left).toContain('gone')
    await vi.waitFor(() => expect(db.stats()).toMatchObject({ busy: 0 }), { timeout: 5_000 })
  })
})
