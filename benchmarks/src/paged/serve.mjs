// A server whose one resource is a table, in a process of its own, as it is run in production: packages as they are published.
import { serve } from '@millrace/edge'
import { paged } from '@millrace/batch'
import { use } from '@millrace/mcp'
import { postgres } from '@millrace/pg'
import { queue } from '@millrace/queue'
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { tell } from './told.mjs'

const [address = '{}', maxBytes = '262144'] = process.argv.slice(2)
const db = await postgres({ connection: JSON.parse(address), max: 4 }).open()

const pages = paged({
  uri: 'table://rows',
  rows: (after, { signal }) =>
    db.stream('SELECT id, body FROM paged_bench WHERE id > $1 ORDER BY id', [after ?? '0'], {
      signal,
      batchRows: 100,
    }),
  cursorOf: ({ id }) => id,
  maxBytes: Number(maxBytes),
})

const waiting = queue({ maxConcurrent: 4 })
const createServer = () => {
  const server = use(new McpServer({ name: 'paged', version: '1.0.0' }), waiting)
  server.registerResource('first', pages.uri, {}, pages.resource)
  server.registerResource('others', new ResourceTemplate(pages.template, { list: undefined }), {}, pages.resource)
  return server
}

const { url } = await serve(createServer, { port: 0 })
tell(url)
