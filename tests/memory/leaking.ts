import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { cached, invoke, lifespan, loadSignals, memoryGuard, memoryStore, queue, subscribe, use } from 'millrace'
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

// A server whose cache is bounded by nothing, and a client that never asks the same twice: what it takes grows with every
// call. Arguments: whether it is guarded, the limit in MiB or `group` for that of its control group, how many MiB of results
// are asked for.
const [mode = 'guarded', limit = '200', asked = '600'] = process.argv.slice(2)
const mebibyte = 2 ** 20

const cache = cached({ ttlMs: 3_600_000, store: memoryStore({ maxBytes: Infinity, maxEntries: Infinity }) })
const maxBytes = limit === 'group' ? undefined : Number(limit) * mebibyte
const memory = memoryGuard({ shrink: { cache }, maxBytes, everyMs: 50, calmMs: 500 })
const line = queue({ maxConcurrent: 20, load: loadSignals({ pressure: memory.pressure }) })
const app = lifespan(mode === 'guarded' ? { memory } : {})

const server = use(new McpServer({ name: 'leaking', version: '1.0.0' }), app.gate, cache, line)
const annotations = { readOnlyHint: true }
server.registerTool('report', { inputSchema: z.object({ n: z.number() }), annotations }, async ({ n }) => ({
  content: [{ type: 'text', text: `${n} ${randomBytes(32 * 1024).toString('hex')}` }],
}))

const levels: string[] = []
subscribe('lifespan', (event) => event.type === 'memory.levelChanged' && levels.push(event.level))
await app.start()
const beginBytes = process.memoryUsage.rss()
const beganAt = performance.now()
let [ok, refused] = [0, 0]
for (let n = 0; n < Number(asked) * 16; n += 1) {
  const result = await invoke(server, { method: 'tools/call', params: { name: 'report', arguments: { n } } })
  if (result['isError'] === true) refused += 1
  else ok += 1
  // Calls come from somewhere: between two of them the loop turns.
  if (n % 16 === 0) await pause(1)
}
const { entries, evictions } = await cache.stats()
const peakBytes = process.resourceUsage().maxRSS * 1024
const { rss: endBytes } = process.memoryUsage()
process.stdout.write(
  JSON.stringify({
    ok,
    refused,
    entries,
    evictions,
    beginBytes,
    peakBytes,
    endBytes,
    levels,
    tookMs: performance.now() - beganAt,
  }),
)
await app.stop()
