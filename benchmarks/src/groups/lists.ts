import type { Middleware } from '@millrace/core'
import type { Case, Comparison, Group, Run } from '../case.ts'
import { handlerOf } from '../sdk/line.ts'
import type { BenchServer, Line } from '../sdk/line.ts'
import { lineNames, lineOf } from '../sdk/lines.ts'
import { registerTools } from '../sdk/tools.ts'

const ttlMs = 3_600_000
const kinds = ['bare', 'use()', 'use(cached())'] as const
type Kind = (typeof kinds)[number]
type LineName = Line['name']

/** Attaches what a kind stands for, before anything is registered. */
const attacherOf = async (kind: Kind): Promise<(server: BenchServer) => void> => {
  if (kind === 'bare') return () => {}
  const { use } = await import('@millrace/mcp')
  const chain: Middleware[] = []
  if (kind === 'use(cached())') chain.push((await import('@millrace/cache')).cached({ lists: ttlMs }))
  return (server) => void use(server, ...chain)
}

const request = { method: 'tools/list', params: {} }

const checked = (result: Record<string, unknown>, tools: number): void => {
  const { length } = result['tools'] as readonly unknown[]
  if (length !== tools) throw new Error(`tools/list gave ${length} tools, not ${tools}`)
}

const serverWith = async (line: Line, kind: Kind, tools: number): Promise<BenchServer> => {
  const server = line.mcpServer()
  const attach = await attacherOf(kind)
  attach(server)
  registerTools(server, tools)
  return server
}

const throughHandler = async (line: Line, kind: Kind, tools: number): Promise<Run> => {
  const handler = handlerOf(await serverWith(line, kind, tools), 'tools/list')
  checked(await handler(request, line.context()), tools)
  return async (times) => {
    for (let at = 0; at < times; at += 1) await handler(request, line.context())
  }
}

const throughTransport = async (line: Line, kind: Kind, tools: number): Promise<Run> => {
  const send = await line.connect(await serverWith(line, kind, tools))
  checked(await send('tools/list', {}), tools)
  return async (times) => {
    for (let at = 0; at < times; at += 1) await send('tools/list', {})
  }
}

/** A server for each request: made, attached to, filled and asked once. */
const perRequest = async (line: Line, kind: Kind, tools: number, isShared = false): Promise<Run> => {
  const attach = await attacherOf(kind)
  const options = isShared ? await sharedOptions() : undefined
  const once = () => {
    const server = line.mcpServer(options)
    attach(server)
    registerTools(server, tools)
    return handlerOf(server, 'tools/list')(request, line.context())
  }
  checked(await once(), tools)
  return async (times) => {
    for (let at = 0; at < times; at += 1) await once()
  }
}

const sharedOptions = async (): Promise<object> => {
  const { sharedValidator } = await import('@millrace/mcp')
  const { AjvJsonSchemaValidator } = await import('@modelcontextprotocol/sdk/validation/ajv')
  return { jsonSchemaValidator: sharedValidator(() => new AjvJsonSchemaValidator()) }
}

interface Question {
  readonly name: string
  readonly line: LineName
  readonly hasBars: boolean
  readonly setup: (line: Line, kind: Kind) => Promise<Run>
}

const plural = (count: number): string => `${count} tool${count === 1 ? '' : 's'}`

const questions: readonly Question[] = lineNames.flatMap((line) => [
  ...[1, 10, 50, 200].map((tools) => ({
    name: `${line} handler, ${plural(tools)}`,
    line,
    hasBars: tools === 50,
    setup: (sdk: Line, kind: Kind) => throughHandler(sdk, kind, tools),
  })),
  {
    name: `${line} transport, 50 tools`,
    line,
    hasBars: true,
    setup: (sdk: Line, kind: Kind) => throughTransport(sdk, kind, 50),
  },
  {
    name: `${line} server per request, 50 tools`,
    line,
    hasBars: false,
    setup: (sdk: Line, kind: Kind) => perRequest(sdk, kind, 50),
  },
])

const bars: Record<Kind, number> = { bare: 1, 'use()': 10, 'use(cached())': 50 }

/** What `tools/list` costs. */
export const group: Group = {
  name: 'lists',
  module: import.meta.url,
  cases: [
    ...questions.flatMap(({ name, line, hasBars, setup }) =>
      kinds.map((kind): Case => ({
        name: `${name}: ${kind}`,
        base: `${name}: bare`,
        ...(hasBars ? {} : { sampling: { rounds: 3 } }),
        setup: async () => setup(await lineOf(line), kind),
      })),
    ),
    {
      name: 'v1 server per request, 50 tools: use(cached()), sharedValidator',
      base: 'v1 server per request, 50 tools: bare',
      sampling: { rounds: 3 },
      setup: async () => perRequest(await lineOf('v1'), 'use(cached())', 50, true),
    },
  ],
  comparisons: questions.flatMap(({ name, hasBars }) =>
    kinds.slice(1).map((kind): Comparison => ({
      name: `${name}: ${kind} is cheaper`,
      of: `${name}: ${kind}`,
      with: `${name}: bare`,
      as: 'cheaper',
      ...(hasBars ? { bar: bars[kind] } : {}),
    })),
  ),
}
