import { channel } from '@millrace/core'
import type { ListMethod } from '@millrace/core'
import { announce } from './attachment.ts'
import { ServerFacts } from './facts.ts'
import { handlerTableOf, installers } from './internals.ts'
import type { Registered, StoredHandler } from './internals.ts'
import { overrides } from './override.ts'
import type { Method, Overrides } from './override.ts'
import { isUntouched } from './request.ts'
import type { ServerParts } from './server.ts'
import { HandlerTable } from './table.ts'

/** A server with a chain around its handlers. */
export interface Attachment {
  readonly table: HandlerTable
  /** Learns that the server is that of an `McpServer`, when it was the low-level server that was given first. */
  adopt(parts: ServerParts): void
  /** Takes the chain off every handler and leaves the server as it was. */
  undo(): void
}

/** Puts an empty chain around every handler that a server has and will have. */
export const attach = (parts: ServerParts): Attachment => {
  const table = new HandlerTable(new ServerFacts(parts))
  const replaced = overrides()
  const uncover = coverHandlers(parts, table, replaced)
  listenForChanges(parts, table, replaced)
  followRegistrations(parts, table, replaced)
  let { mcpServer } = parts
  return {
    table,
    adopt: (wider) => {
      if (mcpServer !== undefined || wider.mcpServer === undefined) return
      mcpServer = wider.mcpServer
      table.facts.adopt(wider)
      followRegistrations(wider, table, replaced)
    },
    undo: () => {
      replaced.undo()
      uncover()
      table.facts.restore()
    },
  }
}

const coverHandlers = (parts: ServerParts, table: HandlerTable, replaced: Overrides): (() => void) => {
  const handlers = handlerTableOf(parts.protocol)
  if (events.hasSubscribers) events.publish({ type: 'mcp.attached', isFallback: handlers === undefined })
  if (handlers === undefined) return coverLaterHandlers(parts, table, replaced)
  for (const [method, handler] of handlers) handlers.set(method, table.wrap(method, handler))
  replaced.replace(handlers, 'set', (set) => (method, handler) => {
    set(method, table.wrap(method as string, handler as StoredHandler))
    return handlers
  })
  coverFallbackHandler(parts, table, handlers, replaced)
  return () => {
    for (const [method, handler] of handlers) handlers.set(method, table.unwrap(handler))
  }
}

/** Through the public method alone: an SDK without the handler table. Handlers from before stay as they are. */
const coverLaterHandlers = (parts: ServerParts, table: HandlerTable, replaced: Overrides): (() => void) => {
  process.emitWarning(
    'This version of the MCP SDK keeps its handlers in a place Millrace does not know: only what is registered after use(server, …) goes through the middleware.',
    { type: 'MillraceWarning', code: 'MILLRACE_FALLBACK' },
  )
  replaced.replace(parts.protocol, 'setRequestHandler', (set) => (schema, ...rest) => {
    const handler = rest.pop() as StoredHandler
    const method = typeof schema === 'string' ? schema : methodOf(schema)
    return set(schema, ...rest, method === undefined ? handler : table.wrap(method, handler))
  })
  return () => {}
}

// A handler for every method without one of its own is a public field of both lines, which may be set at any time: it
// is looked up when the table has nothing.
const coverFallbackHandler = (
  { protocol }: ServerParts,
  table: HandlerTable,
  handlers: object,
  replaced: Overrides,
): void => {
  const holder = protocol as { readonly fallbackRequestHandler?: StoredHandler | undefined }
  let last: { readonly handler: StoredHandler; readonly around: StoredHandler } | undefined
  replaced.replace(handlers, 'get', (get) => (method) => {
    const own = get(method)
    const handler = holder.fallbackRequestHandler
    if (own !== undefined || handler === undefined || isUntouched(method as string)) return own
    if (last?.handler !== handler) last = { handler, around: table.wrap('*', handler) }
    return last.around
  })
}

const listenForChanges = ({ protocol }: ServerParts, table: HandlerTable, replaced: Overrides): void => {
  for (const [method, lists] of announcements) {
    replaced.replace(protocol, method, (send) => (...args) => {
      table.forgetLists()
      announce(table.leaves, lists)
      return send(...args)
    })
  }
  replaced.replace(protocol, 'request', (request) => (...args) => {
    table.asked(args)
    return request(...args)
  })
  replaced.replace(protocol, 'sendResourceUpdated', (send) => (...args) => {
    const { uri } = (args[0] ?? {}) as { readonly uri?: unknown }
    if (typeof uri === 'string' && uri !== '') for (const one of table.leaves) one.resourceUpdated?.(uri)
    return send(...args)
  })
}

const announcements: ReadonlyArray<readonly [method: string, lists: readonly ListMethod[]]> = [
  ['sendToolListChanged', ['tools/list']],
  ['sendPromptListChanged', ['prompts/list']],
  ['sendResourceListChanged', ['resources/list', 'resources/templates/list']],
]

const followRegistrations = ({ mcpServer }: ServerParts, table: HandlerTable, replaced: Overrides): void => {
  if (mcpServer === undefined) return
  for (const method of ['registerTool', 'tool']) {
    replaced.replace(mcpServer, method, (register) => (...args) => {
      const registered = register(...args)
      if (registered !== null && typeof registered === 'object') inspect(table, registered as Registered)
      return registered
    })
  }
  for (const method of installers) replaced.replace(mcpServer, method, (install) => whileInstalling(table, install))
}

const whileInstalling =
  (table: HandlerTable, install: Method): Method =>
  (...args) => {
    table.registering += 1
    try {
      return install(...args)
    } finally {
      table.registering -= 1
    }
  }

// The mistake is in the registration: it is taken back, so that a server whose author catches the error is sound.
const inspect = (table: HandlerTable, registered: Registered): void => {
  try {
    table.inspect()
  } catch (error) {
    ;(registered as { readonly remove?: () => void }).remove?.()
    throw error
  }
}

/** The method literal of a v1 request schema, of zod 3 or 4. */
const methodOf = (schema: unknown): string | undefined => {
  const method = (schema as { readonly shape?: { readonly method?: unknown } } | undefined)?.shape?.method as
    | { readonly value?: unknown; readonly _zod?: { readonly def?: { readonly values?: readonly unknown[] } } }
    | undefined
  const value = method?.value ?? method?._zod?.def?.values?.[0]
  return typeof value === 'string' ? value : undefined
}

const events = channel('mcp')
