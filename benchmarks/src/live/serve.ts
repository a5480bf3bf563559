// The atlas in a process of its own, with the layers in front of its tools or without, until its parent hangs up.
import type { McpServer } from '@modelcontextprotocol/server'
import type { Middleware } from '@millrace/core'
import { use } from '@millrace/mcp'
import { queue } from '@millrace/queue'
import { timeout } from '@millrace/resilience'
import { timeoutMs } from './plan.ts'

/** What it tells: where it serves, then its memory. */
export type Told = { readonly url: string } | { readonly rssBytes: number }

/** What it is given as its arguments. */
const [atlas = '', directory = '', variant = ''] = process.argv.slice(2)

/** What the atlas exports, as far as it is used here. It is loaded by its path, since nothing imports an example. */
interface Atlas {
  readonly database: (options: {
    readonly directory: string
    readonly pool: { readonly maxWaiting: number }
  }) => Promise<{ readonly pool: unknown; close(): Promise<void> }>
  readonly createServer: (pool: unknown, limited: Middleware) => McpServer
  readonly listen: (port: number) => Promise<{ readonly url: string; serve(createServer: () => McpServer): void }>
}

const load = async (): Promise<Atlas> => {
  const modules = await Promise.all(['database', 'server', 'http'].map((name) => import(`${atlas}/src/${name}.ts`)))
  return Object.assign({}, ...modules) as Atlas
}

/** In the place of the limit that the atlas has for one of its tools: this is about a server without any. */
const unlimited: Middleware = (call, next) => next(call)
const layers = [timeout({ timeoutMs }), queue()]
const tell = (told: Told): void => void process.send?.(told)

const { database, createServer, listen } = await load()
// Nor is anybody refused a place in the line for a connection.
const { pool, close } = await database({ directory, pool: { maxWaiting: Infinity } })
const listener = await listen(0)
listener.serve(() => use(createServer(pool, unlimited), ...(variant === 'with' ? layers : [])))
const timer = setInterval(() => tell({ rssBytes: process.memoryUsage.rss() }), 250)
process.on('disconnect', () => {
  clearInterval(timer)
  void close().finally(() => process.exit(0))
})
tell({ url: listener.url })
