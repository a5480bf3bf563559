import { func, having, oneOf } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { Attachment } from './attach.ts'
import { doorOf } from './attachment.ts'
import type { Layer, UseOptions } from './attachment.ts'
import { warnOfFactory } from './factory.ts'
import { identityOf } from './internals.ts'
import { partsOf } from './server.ts'
import type { AnyServer } from './server.ts'
import type { HandlerTable } from './table.ts'

/**
 * Puts middleware around every handler of a server, outermost first: those registered before and after, over any
 * transport. Returns the server, so that it can be used where the server is made:
 * `const server = use(new McpServer({ … }), cached({ ttlMs: 60_000 }))`.
 *
 * Attaching again puts the new middleware inside what is there. `initialize`, `ping`, `logging/setLevel` and the methods
 * that ask about a task (`tasks/get`, `tasks/result` …) pass untouched. State lives in the middleware values: attach the same values to servers that are made for each request.
 *
 * @param server an `McpServer` or low-level `Server` of `@modelcontextprotocol/sdk` (v1) or
 *   `@modelcontextprotocol/server` (v2)
 * @throws TypeError when `server` is no such server or a middleware is no function; what a middleware throws that
 *   must not be used on the server as it is declared
 */
export function use<Server extends AnyServer>(server: Server, ...middleware: readonly Middleware[]): Server
export function use<Server extends AnyServer>(
  server: Server,
  options: UseOptions,
  ...middleware: readonly Middleware[]
): Server
export function use<Server extends AnyServer>(
  server: Server,
  ...given: ReadonlyArray<UseOptions | Middleware>
): Server {
  const parts = partsOf(server, 'use', given)
  const layer: Layer = doorOf<UseOptions>('use', given, useChecks)
  const known = attachments.get(parts.protocol)
  known?.adopt(parts)
  const { table } = known ?? newAttachment(parts.protocol, new Attachment(parts))
  try {
    table.setLayers([...table.layers, layer])
  } catch (error) {
    if (known === undefined) undo(server)
    throw error
  }
  if (known === undefined) warnOfFactory(identityOf(parts.protocol), table.leaves)
  return server
}

/**
 * Takes the middleware of `use` off a server: all of it, or only the values given; the others stay, and all options with
 * them. When none is left the server has its own again: the handlers of its table, its methods, the functions of its
 * tools; what somebody else has replaced since stays as that left it. Not taken back: calls under way end in the chain
 * they began in, schemas remember what they were converted to, and what a middleware keeps is still kept.
 *
 * @throws TypeError when `server` is not a server
 */
export const undo = (server: AnyServer, ...middleware: readonly Middleware[]): void => {
  const { protocol } = partsOf(server, 'undo')
  const attachment = attachments.get(protocol)
  if (attachment === undefined) return
  const left = middleware.length === 0 ? [] : attachment.table.layers.map((layer) => without(layer, middleware))
  attachment.table.setLayers(left)
  if (left.some((layer) => layer.middleware.length > 0)) return
  attachment.undo()
  attachments.delete(protocol)
}

/** The chain around the handlers of a low-level server; undefined when nothing is attached. */
export const tableOf = (protocol: object): HandlerTable | undefined => attachments.get(protocol)?.table

const newAttachment = (protocol: object, attachment: Attachment): Attachment => {
  attachments.set(protocol, attachment)
  return attachment
}

const without = (layer: Layer, middleware: readonly Middleware[]): Layer => ({
  ...layer,
  middleware: layer.middleware.filter((one) => !middleware.includes(one)),
})

const useChecks = {
  principal: func,
  clock: having('a clock', 'now', 'after'),
  errors: oneOf('result', 'error'),
}

const attachments = new WeakMap<object, Attachment>()
