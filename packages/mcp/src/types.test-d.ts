import type { McpServer as V1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Server as ServerV1 } from '@modelcontextprotocol/sdk/server/index.js'
import type { McpServer as V2, Server as ServerV2 } from '@modelcontextprotocol/server'
import type { Middleware } from '@millrace/core'
import { expectTypeOf } from 'vitest'
import * as z from 'zod'
import { headerOf, use, wrap } from './index.ts'

declare const v1: V1
declare const v2: V2
declare const lowV1: ServerV1
declare const lowV2: ServerV2
declare const middleware: Middleware

// `use` gives back the server's own type.
const usedV1 = use(v1, middleware)
const usedV2 = use(v2, { errors: 'error' }, middleware)
const usedLowV1 = use(lowV1, middleware)
const usedLowV2 = use(lowV2, middleware)
expectTypeOf(usedV1).toEqualTypeOf<V1>()
expectTypeOf(usedV2).toEqualTypeOf<V2>()
expectTypeOf(usedLowV1).toEqualTypeOf<ServerV1>()
expectTypeOf(usedLowV2).toEqualTypeOf<ServerV2>()

// Arguments of a wrapped handler are inferred from the tool's schema.
const inputSchema = z.object({ city: z.string(), limit: z.number() })
v2.registerTool(
  'search',
  { inputSchema },
  wrap(middleware)(async ({ city, limit }, ctx) => {
    expectTypeOf(city).toEqualTypeOf<string>()
    expectTypeOf(limit).toEqualTypeOf<number>()
    expectTypeOf(ctx.mcpReq.method).toEqualTypeOf<string>()
    return { content: [] }
  }),
)
v1.registerTool(
  'search',
  { inputSchema: { city: z.string(), limit: z.number() } },
  wrap(middleware)(async ({ city, limit }, extra) => {
    expectTypeOf(city).toEqualTypeOf<string>()
    expectTypeOf(limit).toEqualTypeOf<number>()
    expectTypeOf(extra.signal).toEqualTypeOf<AbortSignal>()
    return { content: [] }
  }),
)

// The type of a handler stays its own, and mistakes in it are seen.
const handler = async (args: { city: string }) => ({ content: [], city: args.city })
const wrapped = wrap(middleware)(handler)
expectTypeOf(wrapped).toEqualTypeOf<typeof handler>()
const noContent = wrap(middleware)(async () => ({ contents: [] }))
// @ts-expect-error a tool must answer with content
v2.registerTool('bad', { inputSchema }, noContent)
const wrongArgument = wrap(middleware)(async (args: { town: string }) => ({ content: [], town: args.town }))
// @ts-expect-error the schema has no such argument
v1.registerTool('bad', { inputSchema: { city: z.string() } }, wrongArgument)
// Who calls is said in types that belong to neither SDK.
use(v1, {
  principal: (authInfo, context) => {
    expectTypeOf(authInfo?.token).toEqualTypeOf<string | undefined>()
    expectTypeOf(authInfo?.scopes).toEqualTypeOf<readonly string[] | undefined>()
    expectTypeOf(context.sessionId).toEqualTypeOf<string | undefined>()
    expectTypeOf(context.http?.req?.headers?.get('cookie')).toEqualTypeOf<string | null | undefined>()
    return headerOf(context, 'x-api-key') ?? authInfo?.clientId
  },
})
// @ts-expect-error a principal is known at once
use(v2, { principal: async () => 'ann' })
// @ts-expect-error not a server
use({ name: 'server' }, middleware)
// @ts-expect-error not an option
use(v2, { error: 'error' }, middleware)

// The same value decorates a method.
export class Tools {
  readonly prefix = 'city '
  @wrap(middleware)
  async search({ city }: { city: string }) {
    return { content: [{ type: 'text' as const, text: this.prefix + city }] }
  }
}
expectTypeOf<Tools['search']>().toEqualTypeOf<
  (args: { city: string }) => Promise<{ content: { type: 'text'; text: string }[] }>
>()
