import { httpPool, lifespan, serve } from 'millrace'
import { layers } from './layers.ts'
import { createServer } from './server.ts'
import { shop } from './shop/api.ts'
import type { Shop } from './shop/api.ts'

/** Everything that runs in this example. */
export interface Program {
  /** Of the MCP server: `http://127.0.0.1:3500/mcp`. */
  readonly url: string
  readonly shop: Shop
  close(): Promise<void>
}

/**
 * Starts the API, and the MCP server in front of it.
 *
 * @param port of the MCP server; the API takes the next one. 0 lets the system choose both
 * @throws Error in one sentence when one of the ports cannot be had; nothing is left running then.
 */
export async function program(port: number): Promise<Program> {
  const api = await shop(port === 0 ? 0 : port + 1)
  const app = lifespan({
    // One pool for the process, to this machine, which a pool does not ask unless it is told that it may.
    http: httpPool({ connections: 8, requestMs: 1_500, guard: { allowRanges: ['loopback'] } }),
    // In the lifespan as well, so that whatever ends the process ends it too.
    api: { start: () => Promise.resolve(api), close: () => api.close() },
  })
  const chain = layers()
  try {
    await app.start()
    const { http } = app.resources
    const serving = await serve(() => createServer(http, api.url, chain), { port, lifespan: app })
    return { url: serving.url.href, shop: api, close: () => serving.close() }
  } catch (error) {
    await app.stop()
    throw error
  }
}
