import type { Case, Comparison, Group, Run } from '../case.ts'
import { onFresh, parsedAgain } from '../fresh.ts'
import { handlerOf } from '../sdk/line.ts'
import type { BenchServer, Line } from '../sdk/line.ts'
import { lineNames, lineOf } from '../sdk/lines.ts'
import { inputOf, inputs, registerTools } from '../sdk/tools.ts'
import type { Input } from '../sdk/tools.ts'
import { Stopwatch } from '../stopwatch.ts'

const ttlMs = 3_600_000
const kinds = ['bare', 'hit', 'miss'] as const
type Kind = (typeof kinds)[number]

const serverWith = async (line: Line, kind: Kind): Promise<BenchServer> => {
  const server = line.mcpServer()
  if (kind !== 'bare') {
    const { use } = await import('@millrace/mcp')
    const { cached } = await import('@millrace/cache')
    use(server, cached({ tools: { search: ttlMs } }))
  }
  registerTools(server, 1)
  return server
}

/** Calls `search`, with arguments that come back for a hit and for the bare server, and never for a miss. */
const calling = async (kind: Kind, call: (input: Input) => Promise<unknown>): Promise<Run> => {
  const pool = inputs()
  for (const make of pool) await call(make())
  let made = pool.length
  const makeOf: Record<Kind, (index: number) => Input> = {
    bare: (index) => pool[index % pool.length]!(),
    hit: (index) => pool[index % pool.length]!(),
    miss: () => parsedAgain(inputOf((made += 1)))(),
  }
  return (times) => onFresh(times, makeOf[kind], call)
}

const doors: Record<string, (line: Line, server: BenchServer) => Promise<(input: Input) => Promise<unknown>>> = {
  handler: async (line, server) => {
    const handler = handlerOf(server, 'tools/call')
    return (input) => handler({ method: 'tools/call', params: { name: 'search', arguments: input } }, line.context())
  },
  transport: async (line, server) => {
    const send = await line.connect(server)
    return (input) => send('tools/call', { name: 'search', arguments: input })
  },
}

const labels: Record<Kind, string> = { bare: 'bare', hit: 'cached, hit', miss: 'cached, miss' }

const questions = lineNames.flatMap((line) => Object.entries(doors).map(([door, open]) => ({ line, door, open })))

/** A hundred clients that send the same new call at once. */
const crowd = async (line: Line, kind: Kind): Promise<Run> => {
  const handler = handlerOf(await serverWith(line, kind), 'tools/call')
  let keys = 0
  return async (times) => {
    const watch = new Stopwatch()
    for (let at = 0; at < times; at += 1) {
      keys += 1
      const asked = Array.from({ length: 100 }, () => ({
        request: { method: 'tools/call', params: { name: 'search', arguments: inputOf(keys) } },
        context: line.context(new AbortController().signal),
      }))
      watch.start()
      await Promise.all(asked.map(({ request, context }) => handler(request, context)))
      watch.stop()
    }
    return watch.ns
  }
}

/** What `tools/call` costs with and without a cache, for a tool that takes no time. */
export const group: Group = {
  name: 'calls',
  module: import.meta.url,
  cases: [
    ...questions.flatMap(({ line, door, open }) =>
      kinds.map((kind): Case => ({
        name: `${line} ${door}: ${labels[kind]}`,
        base: `${line} ${door}: bare`,
        setup: async () => {
          const sdk = await lineOf(line)
          return calling(kind, await open(sdk, await serverWith(sdk, kind)))
        },
      })),
    ),
    ...lineNames.flatMap((line) =>
      (['bare', 'miss'] as const).map((kind): Case => ({
        name: `${line} handler, 100 at once: ${kind === 'bare' ? 'bare' : 'cached, one load'}`,
        base: `${line} handler, 100 at once: bare`,
        setup: async () => crowd(await lineOf(line), kind),
      })),
    ),
  ],
  comparisons: questions.flatMap(({ line, door }): Comparison[] => [
    {
      name: `${line} ${door}: a hit is cheaper`,
      of: `${line} ${door}: ${labels.hit}`,
      with: `${line} ${door}: bare`,
      as: 'cheaper',
    },
    {
      name: `${line} ${door}: a miss adds`,
      of: `${line} ${door}: ${labels.miss}`,
      with: `${line} ${door}: bare`,
      as: 'added',
    },
  ]),
}
