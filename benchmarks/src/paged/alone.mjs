// What a server takes that sends as many bytes and has them from nowhere: the SDK alone, in the same process of its own.
import { createServer } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { tell } from './told.mjs'

const [rows = '0', maxBytes = '262144'] = process.argv.slice(2)

const pageAfter = (after) => {
  const lines = []
  let bytes = 0
  let last = after
  for (let id = after + 1; id <= Number(rows); id += 1) {
    const line = JSON.stringify({ id: String(id), body: String(id).padStart(32, '.').repeat(32) })
    if (bytes + line.length + 1 > Number(maxBytes)) break
    lines.push(line)
    bytes += line.length + 1
    last = id
  }
  return { text: lines.join('\n'), last }
}

const read = (uri) => {
  const { text, last } = pageAfter(Number(uri.searchParams.get('after') ?? 0))
  const next = last < Number(rows) ? { 'millrace/next': `table://rows?after=${last}` } : {}
  return { contents: [{ uri: uri.href, mimeType: 'application/x-ndjson', text }], _meta: next }
}

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'alone', version: '1.0.0' })
  server.registerResource('first', 'table://rows', {}, read)
  server.registerResource('others', new ResourceTemplate('table://rows{?after}', { list: undefined }), {}, read)
  return server
})
const answer = toNodeHandler(handler)
const http = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1', () =>
  tell(`http://127.0.0.1:${http.address().port}/mcp`),
)
