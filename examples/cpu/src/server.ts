import { McpServer } from '@modelcontextprotocol/server'
import type { WorkersPool } from 'millrace'
import * as z from 'zod'
import type { Tools } from './tools.ts'

const computes = { readOnlyHint: true, openWorldHint: false }

/** The server: two tools that compute in threads, one that says how these are. */
export function createServer({ primes, fractal }: Tools, cpu: WorkersPool): McpServer {
  const server = new McpServer({ name: 'cpu', version: '0.0.0' })
  const upTo = z.number().int().min(2).max(1e9)
  const width = z.number().int().min(10).max(60_000)
  server.registerTool(
    'primes',
    { description: 'How many primes there are.', inputSchema: z.object({ upTo }), annotations: computes },
    primes,
  )
  server.registerTool(
    'fractal',
    { description: 'Draws the Mandelbrot set.', inputSchema: z.object({ width }), annotations: computes },
    fractal,
  )
  server.registerTool('threads', { description: 'What the threads have done so far.', annotations: computes }, () => ({
    content: [{ type: 'text', text: JSON.stringify(cpu.stats()) }],
  }))
  return server
}
