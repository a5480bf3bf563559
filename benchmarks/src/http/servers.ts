import type { RequestListener } from 'node:http'
import type { Middleware } from '@millrace/core'
import { edge } from '@millrace/edge'
import { use } from '@millrace/mcp'
import { handlerOf } from '../sdk/line.ts'
import type { BenchServer, Line } from '../sdk/line.ts'
import { lineOf } from '../sdk/lines.ts'
import { registerTools, text } from '../sdk/tools.ts'
import { bareV1, bareV2 } from './bare.ts'
import { registerEcho } from './echo.ts'
import { raw, rawAfter, rawConstant, rawUnread } from './raw.ts'

type LineName = Line['name']

/** What is attached with `use` before the tools are registered; nothing at all without it. */
const attachments = {
  'use()': async () => [],
  cached: async () => [(await import('@millrace/cache')).cached({ tools: { search: ttlMs }, lists: ttlMs })],
  'recommended()': async () => [(await import('millrace')).recommended()],
  'every layer': async () => [(await import('millrace')).recommended(everyLayer)],
} satisfies { readonly [name: string]: () => Promise<Middleware[]> }

type Attachment = keyof typeof attachments

/** The servers that are compared. */
export type ServerName =
  | 'raw'
  | 'raw echo'
  | 'raw after 5 ms'
  | 'raw unread'
  | `raw list ${LineName}`
  | `${LineName} ${'edge' | 'bare'}${'' | ' echo'}`
  | `${LineName} edge, ${Attachment}`

const ttlMs = 3_600_000
const everyLayer = {
  rateLimit: { calls: 1_000_000_000 },
  fallback: { content: [] },
  timeout: true,
  limitResult: true,
  hedge: true,
  retry: true,
  breaker: true,
} as const

const registerFifty = (server: BenchServer): void => registerTools(server, 50)

const withEdge = async (
  name: LineName,
  register: (server: BenchServer) => void,
  attachment?: Attachment,
): Promise<RequestListener> => {
  const line = await lineOf(name)
  const middleware = attachment === undefined ? undefined : await attachments[attachment]()
  const { handler } = edge(() => {
    const server = line.mcpServer()
    if (middleware !== undefined) use(server as never, ...middleware)
    register(server)
    return server
  })
  return handler
}

/** The very list that a server of that line gives. */
const rawList = async (name: LineName): Promise<RequestListener> => {
  const line = await lineOf(name)
  const server = line.mcpServer()
  registerFifty(server)
  return rawConstant(await handlerOf(server, 'tools/list')({ method: 'tools/list', params: {} }, line.context()))
}

const ofLine = (name: LineName): { readonly [server: string]: () => Promise<RequestListener> } => ({
  [`raw list ${name}`]: () => rawList(name),
  [`${name} edge`]: () => withEdge(name, registerFifty),
  [`${name} edge echo`]: () => withEdge(name, registerEcho),
  ...Object.fromEntries(
    (Object.keys(attachments) as Attachment[]).map((attachment) => [
      `${name} edge, ${attachment}`,
      () => withEdge(name, registerFifty, attachment),
    ]),
  ),
  [`${name} bare`]: () => (name === 'v1' ? bareV1 : bareV2)(registerFifty),
  [`${name} bare echo`]: () => (name === 'v1' ? bareV1 : bareV2)(registerEcho),
})

const servers: { readonly [server: string]: () => Promise<RequestListener> } = {
  raw: async () => raw(() => text),
  'raw echo': async () => raw(({ text }) => text),
  'raw after 5 ms': async () => rawAfter(5, () => text),
  'raw unread': async () => rawUnread(text),
  ...ofLine('v1'),
  ...ofLine('v2'),
}

/** The handler of a server, by its name. @throws Error for a name that no server has */
export const handlerNamed = async (name: string): Promise<RequestListener> => {
  const make = servers[name]
  if (make === undefined) throw new Error(`there is no server ${name}`)
  return make()
}
