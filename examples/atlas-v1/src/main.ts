import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { addNote, details, search } from 'atlas/cities'
import { database } from 'atlas/database'
import { cityId, country, limit, text } from 'atlas/shapes'
import { cached, sharedValidator, use } from 'millrace'

// Made once, for all the servers below, of which every request gets its own.
const jsonSchemaValidator = sharedValidator(() => new AjvJsonSchemaValidator())
const cache = cached({
  ttlMs: 60_000,
  scope: 'public',
  tools: {
    city_details: { tags: ({ input }) => [cityTag(input)] },
    add_note: { invalidates: ({ input }) => [cityTag(input)] },
  },
  lists: 60_000,
})

const [unknown] = process.argv.slice(2)
if (unknown !== undefined) {
  process.stderr.write(`The atlas on SDK v1 takes no options, got '${unknown}'.\n`)
  process.exit(2)
}
const port = Number(process.env['PORT'] || 3000)
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`PORT must be a number from 0 to 65535, got '${process.env['PORT']}'.\n`)
  process.exit(1)
}
const db = await database({ url: process.env['DATABASE_URL'] || undefined })

function atlas(): McpServer {
  const server = use(new McpServer({ name: 'atlas-v1', version: '0.0.0' }, { jsonSchemaValidator }), cache)

  server.registerTool(
    'search_cities',
    {
      description: 'Finds cities by name, misspelled or not.',
      inputSchema: { name: text(100), country: country.optional(), limit },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ name, country, limit }) => answer(await search(db.pool, name, country, limit)),
  )

  server.registerTool(
    'city_details',
    {
      description: 'Returns one city with the notes that were left on it.',
      inputSchema: { id: cityId },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ id }, extra) => answer(await details(db.pool, id, extra)),
  )

  server.registerTool(
    'add_note',
    {
      description: 'Leaves a note on a city.',
      inputSchema: { id: cityId, text: text(1_000) },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    async ({ id, text }) => answer(await addNote(db.pool, id, text)),
  )

  return server
}

const http = createServer((request, response) => {
  // Stateless: no session, so nothing to listen to or to end.
  if (request.method !== 'POST') response.writeHead(405, { allow: 'POST' }).end()
  else serve(request, response).catch(() => response.destroy())
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const server = atlas()
  const transport = new StreamableHTTPServerTransport()
  response.on('close', () => void server.close())
  await server.connect(transport)
  await transport.handleRequest(request, response)
}

http.listen(port, '127.0.0.1', () => {
  process.stdout.write(`Atlas on SDK v1 is running: http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp\n`)
})
http.on('error', (error) => {
  process.stderr.write(`${error.message}; set PORT to another one.\n`)
  process.exitCode = 1
  void db.close()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => http.close(() => void db.close()))

function answer(value: unknown): CallToolResult {
  if (value === undefined) return { content: [{ type: 'text', text: 'No city has this id.' }], isError: true }
  return { content: [{ type: 'text', text: JSON.stringify(value) }] }
}

function cityTag(input: unknown): string {
  return `city:${(input as { readonly id: number }).id}`
}
