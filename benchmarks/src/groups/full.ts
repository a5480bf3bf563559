import type { Middleware, Result } from '@millrace/core'
import type { Case, Group, Sampling } from '../case.ts'
import { onFresh, parsedAgain } from '../fresh.ts'
import { handlerOf } from '../sdk/line.ts'
import { lineNames, lineOf } from '../sdk/lines.ts'
import { inputOf, registerTools } from '../sdk/tools.ts'

/** The full chain but for metrics, outermost first. */
const layers: ReadonlyArray<{ readonly name: string; readonly load: () => Promise<Middleware> }> = [
  {
    name: 'rateLimit()',
    load: async () => (await import('@millrace/queue')).rateLimit({ calls: 1_000_000_000, by: 'principal' }),
  },
  { name: 'timeout()', load: async () => (await import('@millrace/resilience')).timeout() },
  {
    name: 'cached()',
    load: async () => {
      const { cached, memoryStore } = await import('@millrace/cache')
      return cached({ ttlMs: 3_600_000, store: memoryStore({ maxEntries: 10_000 }) })
    },
  },
  { name: 'retry()', load: async () => (await import('@millrace/resilience')).retry() },
  { name: 'breaker()', load: async () => (await import('@millrace/resilience')).breaker() },
  { name: 'queue()', load: async () => (await import('@millrace/queue')).queue({ maxConcurrent: 100 }) },
]

/**
 * The cache is full, and every entry has come and gone, before anything counts; a sample holds several collections of
 * garbage, as a server's life does, instead of one or none.
 */
const sampling: Partial<Sampling> = { warmUpMs: 1500, sampleMs: 250 }

/** The same string for all calls of a tool, as doors have it. */
const operation = 'tools/call search'
const full = layers.map(({ name }) => name).join(', ')
const result: Result = { content: [{ type: 'text', text: 'Springfield (US), population 114394. '.repeat(6) }] }
const chainOf = (chosen: typeof layers): Promise<readonly Middleware[]> => Promise.all(chosen.map(({ load }) => load()))

/** Calls with arguments that nobody has sent before, so that each misses the cache. */
const composed = (name: string, chosen: typeof layers): Case => ({
  name: `compose: ${name}`,
  base: 'compose: nothing',
  sampling,
  setup: async () => {
    const { compose } = await import('@millrace/core')
    const { fakeCall } = await import('@millrace/core/testing')
    let runs = 0
    const run = compose(...(await chainOf(chosen)))(() => {
      runs += 1
      return Promise.resolve(result)
    })
    let made = 0
    const make = () => fakeCall({ target: 'search', operation, input: parsedAgain(inputOf((made += 1)))() })
    return async (times) => {
      const ns = await onFresh(times, make, run)
      if (runs !== made) throw new Error(`${runs} runs for ${made} calls`)
      return ns
    }
  },
})

const attached = (line: (typeof lineNames)[number], name: string, chosen: typeof layers): Case => ({
  name: `${line} handler: ${name}`,
  base: `${line} handler: nothing`,
  sampling: { rounds: 9 },
  setup: async () => {
    const { use } = await import('@millrace/mcp')
    const sdk = await lineOf(line)
    const server = sdk.mcpServer()
    if (chosen.length > 0) use(server as never, ...(await chainOf(chosen)))
    registerTools(server, 1)
    const handler = handlerOf(server, 'tools/call')
    let made = 0
    const make = () => ({
      request: {
        method: 'tools/call',
        params: { name: 'search', arguments: parsedAgain(inputOf((made += 1)))() },
      },
      context: sdk.context(new AbortController().signal),
    })
    return (times) => onFresh(times, make, ({ request, context }) => handler(request, context))
  },
})

/** What everything together adds to a call that misses the cache, and what each layer of it has in that. */
export const group: Group = {
  name: 'full',
  module: import.meta.url,
  cases: [
    composed('nothing', []),
    composed(full, layers),
    ...layers.map((layer) => composed(`${layer.name} alone`, [layer])),
    ...lineNames.flatMap((line) => [attached(line, 'nothing', []), attached(line, full, layers)]),
  ],
  comparisons: [
    { name: `compose: ${full} adds`, of: `compose: ${full}`, with: 'compose: nothing', as: 'added', bar: 5 },
    ...lineNames.map((line) => ({
      name: `${line} handler: ${full} adds`,
      of: `${line} handler: ${full}`,
      with: `${line} handler: nothing`,
      as: 'added' as const,
    })),
  ],
}
