// The atlas in a process of its own, with its connections as it is told, until its parent hangs up.
import type { McpServer } from '@modelcontextprotocol/server'
import type { Middleware } from '@millrace/core'
import pg from 'pg'
import { sizes } from './sizes.ts'
import type { Size } from './sizes.ts'

/** What it is given as its arguments. */
const [atlas = '', directory = '', size = ''] = process.argv.slice(2)

/** What answers queries. */
interface Queries {
  query(text: string, values: unknown[]): Promise<{ readonly rows: unknown[] }>
}

/** What the atlas exports, as far as it is used here. It is loaded by its path, since nothing imports an example. */
interface Atlas {
  readonly database: (options: {
    readonly directory: string
    readonly pool: { readonly min: number; readonly max: number }
  }) => Promise<{ readonly pool: Queries; readonly connection: pg.ClientConfig; close(): Promise<void> }>
  readonly createServer: (pool: Queries, limited: Middleware) => McpServer
  readonly listen: (port: number) => Promise<{ readonly url: string; serve(createServer: () => McpServer): void }>
}

const load = async (): Promise<Atlas> => {
  const modules = await Promise.all(['database', 'server', 'http'].map((name) => import(`${atlas}/src/${name}.ts`)))
  return Object.assign({}, ...modules) as Atlas
}

const perCall = (connection: pg.ClientConfig): Queries => ({
  query: async (text, values) => {
    const client = new pg.Client(connection)
    await client.connect()
    try {
      return await client.query(text, values)
    } finally {
      await client.end()
    }
  },
})

const queriesOf = ({ pool: wanted }: Size, own: Queries, connection: pg.ClientConfig): Queries => {
  if (wanted === undefined) return perCall(connection)
  if (wanted.isPeer !== true) return own
  const peer = new pg.Pool({ ...connection, max: wanted.max })
  // The atlas hands over a signal as well, which would be taken for a callback.
  return { query: (text, values) => peer.query(text, values) }
}

const unlimited: Middleware = (call, next) => next(call)
const chosen = sizes.find(({ name }) => name === size) as Size
const isOwn = chosen.pool !== undefined && chosen.pool.isPeer !== true

const { database, createServer, listen } = await load()
const { pool, connection, close } = await database({
  directory,
  pool: isOwn && chosen.pool !== undefined ? chosen.pool : { min: 0, max: 1 },
})
const queries = queriesOf(chosen, pool, connection)
const listener = await listen(0)
listener.serve(() => createServer(queries, unlimited))
process.on('disconnect', () => void close().finally(() => process.exit(0)))
process.send?.({ url: listener.url })
