import { channel } from '@millrace/core'
import type { ListMethod, Notification } from '@millrace/core'
import { announce } from './attachment.ts'
import { ServerFacts } from './facts.ts'
import { handlerTableOf, installers } from './internals.ts'
import type { Registered, StoredHandler } from './internals.ts'
import { Overrides } from './override.ts'
import type { Method } from './override.ts'
import { registrations } from './registrations.ts'
import { isUntouched } from './request.ts'
import type { ServerParts } from './server.ts'
import { HandlerTable } from './table.ts'

/** A server with a chain, empty at first, around every handler that it has and will have. */
export class Attachment {
  readonly table: HandlerTable
  readonly #replaced = new Overrides()
  #parts: ServerParts

  constructor(parts: ServerParts) {
    this.#parts = parts
    this.table = new HandlerTable(new ServerFacts(parts))
    coverHandlers(parts, this.table, this.#replaced)
    listenForChanges(parts, this.table, this.#replaced)
    followRegistrations(parts, this.table, this.#replaced)
  }

  /** Learns that the server is that of an `McpServer`, when it was the low-level server that was given first. */
  adopt(parts: ServerParts): void {
    if (this.#parts.mcpServer !== undefined || parts.mcpServer === undefined) return
    this.#parts = parts
    this.table.facts.adopt(parts)
    followRegistrations(parts, this.table, this.#replaced)
  }

  /** Takes the chain off every handler and leaves the server as it was. */
  undo(): void {
    this.#replaced.undo()
    uncoverHandlers(this.#parts, this.table)
    this.table.facts.restore()
  }
}

const coverHandlers = (parts: ServerParts, table: HandlerTable, replaced: Overrides): void => {
  const handlers = handlerTableOf(parts.protocol)
  if (events.hasSubscribers) events.publish({ type: 'mcp.attached', isFallback: handlers === undefined })
  if (handlers === undefined) return coverLaterHandlers(parts, table, replaced)
  // Without the array that an iterator makes for each entry.
  handlers.forEach((handler, method) => handlers.set(method, table.wrap(method, handler)))
  replaced.replace(handlers, 'set', (set) => (method, handler) => {
    set(method, table.wrap(method as string, handler as StoredHandler))
    return handlers
  })
  coverFallbackHandler(parts, table, handlers, replaced)
}

const uncoverHandlers = ({ protocol }: ServerParts, table: HandlerTable): void => {
  const handlers = handlerTableOf(protocol)
  handlers?.forEach((handler, method) => handlers.set(method, table.unwrap(handler)))
}

/** Through the public method alone: an SDK without the handler table. Handlers from before stay as they are. */
const coverLaterHandlers = (parts: ServerParts, table: HandlerTable, replaced: Overrides): void => {
  process.emitWarning(
    'This version of the MCP SDK keeps its handlers in a place Millrace does not know: only what is registered after use(server, …) goes through the middleware.',
    { type: 'MillraceWarning', code: 'MILLRACE_FALLBACK' },
  )
  replaced.replace(parts.protocol, 'setRequestHandler', (set) => (schema, ...rest) => {
    const handler = rest.pop() as StoredHandler
    const method = typeof schema === 'string' ? schema : methodOf(schema)
    return set(schema, ...rest, method === undefined ? handler : table.wrap(method, handler))
  })
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

// Whatever a server sends goes through these two, what its own methods announce as well as what its author does.
const listenForChanges = ({ protocol }: ServerParts, table: HandlerTable, replaced: Overrides): void => {
  replaced.replace(protocol, 'notification', (notify) => (...args) => {
    heed(table, args[0] ?? {})
    return notify(...args)
  })
  replaced.replace(protocol, 'request', (request) => (...args) => {
    table.asked(args)
    return request(...args)
  })
}

/** Tells middleware of a change before any client hears of it. */
const heed = (table: HandlerTable, { method = '', params }: Partial<Notification>): void => {
  const lists = announcements[method]
  if (lists !== undefined) {
    table.forgetLists()
    announce(table.leaves, lists)
  } else if (method === 'notifications/resources/updated') {
    const uri = params?.['uri']
    if (typeof uri === 'string' && uri !== '') for (const one of table.leaves) one.resourceUpdated?.(uri)
  }
}

const announcements: { readonly [method: string]: readonly ListMethod[] | undefined } = {
  __proto__: null as never,
  'notifications/tools/list_changed': ['tools/list'],
  'notifications/prompts/list_changed': ['prompts/list'],
  'notifications/resources/list_changed': ['resources/list', 'resources/templates/list'],
}

const followRegistrations = ({ mcpServer }: ServerParts, table: HandlerTable, replaced: Overrides): void => {
  if (mcpServer === undefined) return
  table.facts.registrations = registrations(mcpServer, replaced)
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
