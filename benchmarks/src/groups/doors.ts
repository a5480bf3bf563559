import type { Middleware } from '@millrace/core'
import type { Case, Comparison, Group } from '../case.ts'
import { onFresh } from '../fresh.ts'
import { handlerOf } from '../sdk/line.ts'
import { lineNames, lineOf } from '../sdk/lines.ts'
import { inputs, registerTools } from '../sdk/tools.ts'

const pass: Middleware = (call, next) => next(call)

const attached: Record<string, () => Promise<readonly Middleware[]>> = {
  'a middleware that does nothing': async () => [pass],
  'a middleware that changes the deadline': async () => {
    const { withCall } = await import('@millrace/core')
    return [(call, next) => next(withCall(call, { deadline: 1e12 }))]
  },
  'timeout()': async () => [(await import('@millrace/resilience')).timeout()],
  'breaker()': async () => [(await import('@millrace/resilience')).breaker()],
  'retry()': async () => [(await import('@millrace/resilience')).retry()],
  'timeout(), hedge(), retry(), breaker()': async () => {
    const { breaker, hedge, retry, timeout } = await import('@millrace/resilience')
    return [timeout(), hedge({ minSamples: 1, minDelayMs: 60_000 }), retry(), breaker()]
  },
}

const base = 'a middleware that does nothing'

/** A call through `use`, with a signal of its own as the SDK makes it. */
const calling = (line: (typeof lineNames)[number], name: string, load: () => Promise<readonly Middleware[]>): Case => ({
  name: `${line} handler: ${name}`,
  base: `${line} handler: ${base}`,
  sampling: { rounds: 9, samples: 15 },
  setup: async () => {
    const { use } = await import('@millrace/mcp')
    const sdk = await lineOf(line)
    const server = use(sdk.mcpServer() as never, ...(await load())) as unknown as ReturnType<typeof sdk.mcpServer>
    registerTools(server, 1)
    const handler = handlerOf(server, 'tools/call')
    const pool = inputs()
    const make = (index: number) => ({
      request: { method: 'tools/call', params: { name: 'search', arguments: pool[index % pool.length]!() } },
      context: sdk.context(new AbortController().signal),
    })
    return (times) => onFresh(times, make, ({ request, context }) => handler(request, context))
  },
})

/** What resilience adds where a server has nothing but the SDK's signal to offer. */
export const group: Group = {
  name: 'doors',
  module: import.meta.url,
  cases: lineNames.flatMap((line) => Object.entries(attached).map(([name, load]) => calling(line, name, load))),
  comparisons: lineNames.flatMap((line) =>
    Object.keys(attached)
      .filter((name) => name !== base)
      .map((name): Comparison => ({
        name: `${line} handler: ${name} adds`,
        of: `${line} handler: ${name}`,
        with: `${line} handler: ${base}`,
        as: 'added',
      })),
  ),
}
