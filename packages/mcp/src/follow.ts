import type { ListMethod, Middleware } from '@millrace/core'
import { announce, middlewareOf } from './attachment.ts'
import { compositionOf } from './composition.ts'

/** The part of what `createMcpHandler` of SDK v2 gives that tells of changes. */
export interface AnnouncingHandler {
  /** What `handler.notify` publishes to. */
  readonly bus: {
    subscribe: (listener: (event: { readonly kind: string; readonly uri?: string }) => void) => () => void
  }
}

/**
 * Lets middleware hear what is announced to the clients of a `createMcpHandler`: `follow(handler, cache)`, and
 * `handler.notify.toolsChanged()` drops the lists that the cache holds, before any client hears of it. A server of
 * one's own tells its middleware by itself; a handler's servers live for one request each and announce nothing.
 *
 * @returns what stops it
 * @throws TypeError when `handler` is none, or a middleware is no function
 */
export const follow = (handler: AnnouncingHandler, ...middleware: readonly Middleware[]): (() => void) => {
  if (typeof (handler as AnnouncingHandler | undefined)?.bus?.subscribe !== 'function') {
    throw new TypeError('follow: expected a handler of createMcpHandler, with its bus, got something else')
  }
  const { leaves } = compositionOf(middlewareOf('follow', middleware))
  return handler.bus.subscribe(({ kind, uri }) => {
    announce(leaves, listsOf[kind] ?? [])
    if (kind === 'resource_updated' && uri !== undefined) for (const one of leaves) one.resourceUpdated?.(uri)
  })
}

const listsOf: { readonly [kind: string]: readonly ListMethod[] | undefined } = {
  __proto__: null as never,
  tools_list_changed: ['tools/list'],
  prompts_list_changed: ['prompts/list'],
  resources_list_changed: ['resources/list', 'resources/templates/list'],
}
