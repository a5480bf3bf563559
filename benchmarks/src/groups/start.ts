import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { built } from '../built.ts'
import type { Case, Comparison, Group } from '../case.ts'

const servers = {
  v1: `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
    import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
    import { cached, use } from 'millrace'
    import * as z from 'zod'
    const server = use(new McpServer({ name: 'start', version: '1.0.0' }), cached({ ttlMs: 60_000 }))
    server.registerTool('echo', { inputSchema: { q: z.string() } }, ({ q }) => ({ content: [{ type: 'text', text: q }] }))
    await server.connect(new StdioServerTransport())`,
  v2: `
    import { McpServer } from '@modelcontextprotocol/server'
    import { serveStdio } from '@modelcontextprotocol/server/stdio'
    import { cached, use } from 'millrace'
    import * as z from 'zod'
    const cache = cached({ ttlMs: 60_000 })
    serveStdio(() => {
      const server = use(new McpServer({ name: 'start', version: '1.0.0' }), cache)
      const inputSchema = z.object({ q: z.string() })
      server.registerTool('echo', { inputSchema }, ({ q }) => ({ content: [{ type: 'text', text: q }] }))
      return server
    })`,
} as const
type LineName = keyof typeof servers

const lineNames = Object.keys(servers) as LineName[]
const ways = { 'from node_modules': 'js', 'in one file': 'bundle.js' } as const
type Way = keyof typeof ways

// As in the group `import`; standard output belongs to the protocol.
const report = `
  import { readFileSync } from 'node:fs'
  process.on('exit', () => {
    let waitedNs = 0
    try { waitedNs = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) } catch {}
    process.stderr.write(String(performance.now() - waitedNs / 1e6))
  })`

const handshake = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } },
})

const caseOf = (line: LineName, way: Way): Case => ({
  name: `${line}: ${way}`,
  base: `${line}: from node_modules`,
  unit: 'ms',
  sampling: { warmUpMs: 0, samples: 15, rounds: 5 },
  setup: async () => {
    const file = join(process.env['BENCH_FOLDER'] ?? '', `${line}.${ways[way]}`)
    return (times) => {
      let ms = 0
      for (let at = 0; at < times; at += 1) ms += startOf(file)
      return ms * 1e6
    }
  },
})

/** Milliseconds from the start of a server until it has answered the handshake and its client is gone. */
const startOf = (file: string): number => {
  const { stdout, stderr } = spawnSync(process.execPath, [file], { input: `${handshake}\n`, encoding: 'utf8' })
  if (!stdout.includes('"serverInfo"')) throw new Error(`no handshake: ${stderr.slice(0, 500)}`)
  return Number(stderr)
}

const prepare = async (): Promise<string> => {
  const folder = await built(join(import.meta.dirname, '../..'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const line of lineNames) {
    const input = join(folder, `${line}.js`)
    writeFileSync(input, servers[line] + report)
    const bundle = await rolldown({ input, cwd: folder, platform: 'node', tsconfig: false })
    await bundle.write({ file: join(folder, `${line}.bundle.js`), format: 'es', minify: true })
    await bundle.close()
  }
  return folder
}

/** What a server over standard input and output takes until it answers. */
export const group: Group = {
  name: 'start',
  module: import.meta.url,
  prepare,
  cases: lineNames.flatMap((line) => (Object.keys(ways) as Way[]).map((way) => caseOf(line, way))),
  comparisons: lineNames.map((line): Comparison => ({
    name: `${line}: one file is faster by`,
    of: `${line}: in one file`,
    with: `${line}: from node_modules`,
    as: 'cheaper',
  })),
}
