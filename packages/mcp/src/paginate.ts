import { checkOptions, integer, originOf, withCall } from '@millrace/core'
import type { Call, Middleware, Result } from '@millrace/core'
import { ServerCall } from './serverCall.ts'

/** Options of `paginate`. */
export interface PaginateOptions {
  /** Entries a page, an integer ≥ 1. @default 100 */
  readonly pageSize?: number
}

/**
 * Cuts the answers of `tools/list`, `prompts/list`, `resources/list` and `resources/templates/list` into pages for
 * servers that answer everything at once, as both SDKs' `McpServer` does. A cursor says after which entry to go on, so
 * pages stay right when entries are added or removed between them, and when the server is started again. A server that
 * pages by itself goes on doing so: it is known by its first page, which is asked for once. Stands outside `cached`,
 * which then keeps the whole list once.
 *
 * @throws per call, an Error with code −32602 for a cursor that is not one of its own or whose entry is gone
 *   (specification, server/utilities/pagination)
 */
export const paginate = (options: PaginateOptions = {}): Middleware => {
  checkOptions('paginate', options, { pageSize: integer({ min: 1 }) })
  const { pageSize = 100 } = options
  return async (call, next) => {
    const list = lists[call.method]
    if (list === undefined || pagesItself(call)) return next(call)
    const cursor = cursorOf(call)
    if (cursor !== undefined && typeof cursor !== 'string') throw invalidCursor()
    const whole = await next(withoutCursor(call))
    if (typeof whole['nextCursor'] === 'string') {
      // It knows its own cursors, from before a restart too.
      remember(call)
      return cursor === undefined ? whole : next(call)
    }
    const last = cursor === undefined ? undefined : decode(cursor)
    if (cursor !== undefined && last === undefined) throw invalidCursor()
    return page(whole, list, last, pageSize)
  }
}

/** Whether the server of a call is known to page this list by itself: two kinds of cursors would not go together. */
const pagesItself = (call: Call): boolean => {
  const server = serverOf(call)
  return server !== undefined && selfPaged.get(server)?.has(call.method) === true
}

const remember = (call: Call): void => {
  const server = serverOf(call)
  if (server === undefined) return
  const methods = selfPaged.get(server) ?? new Set()
  selfPaged.set(server, methods.add(call.method))
}

const serverOf = (call: Call): object | undefined => {
  const origin = originOf(call)
  return origin instanceof ServerCall ? origin.host : undefined
}

const selfPaged = new WeakMap<object, Set<string>>()

interface List {
  readonly field: string
  /** The field by which an entry is known. */
  readonly key: string
}

const lists: { readonly [method: string]: List | undefined } = {
  __proto__: null as never,
  'tools/list': { field: 'tools', key: 'name' },
  'prompts/list': { field: 'prompts', key: 'name' },
  'resources/list': { field: 'resources', key: 'uri' },
  'resources/templates/list': { field: 'resourceTemplates', key: 'uriTemplate' },
}

const page = (result: Result, { field, key }: List, last: Mark | undefined, pageSize: number): Result => {
  const entries = result[field] as readonly Entry[] | undefined
  if (!Array.isArray(entries)) return result
  const from = last === undefined ? 0 : after(entries, key, last)
  if (last !== undefined && from === 0) throw invalidCursor()
  const shown = entries.slice(from, from + pageSize) as readonly Entry[]
  const end = shown.at(-1)?.[key]
  const isLast = from + shown.length >= entries.length || typeof end !== 'string'
  return {
    ...result,
    [field]: shown,
    ...(isLast ? {} : { nextCursor: encode({ key: end, index: from + shown.length - 1 }) }),
  }
}

type Entry = { readonly [key: string]: unknown }

const cursorOf = (call: Call): unknown => (call.params as { readonly cursor?: unknown } | undefined)?.cursor

const withoutCursor = (call: Call): Call => {
  if (cursorOf(call) === undefined) return call
  const { cursor: _cursor, ...params } = call.params as { readonly [key: string]: unknown }
  const { _meta, ...input } = params
  return withCall(call, { params, input })
}

const invalidCursor = () => Object.assign(new Error('Invalid cursor: start again without one'), { code: -32602 })

/** The entry that a page ended with: by its key, and by its index for lists that have a key twice. */
interface Mark {
  readonly key: string
  readonly index: number
}

/** The index after the marked entry; of several with its key after the one nearest to where it was. */
const after = (entries: readonly Entry[], key: string, mark: Mark): number => {
  const found = entries.flatMap((entry, index) => (entry[key] === mark.key ? [index] : []))
  const nearest = found.toSorted((a, b) => Math.abs(a - mark.index) - Math.abs(b - mark.index))[0]
  return nearest === undefined ? 0 : nearest + 1
}

const encode = ({ key, index }: Mark): string => Buffer.from(`after:${index}:${key}`).toString('base64url')

const decode = (cursor: string): Mark | undefined => {
  const [, index, key] = /^after:(\d+):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (index === undefined || key === undefined) return undefined
  const mark = { key, index: Number(index) }
  return encode(mark) === cursor ? mark : undefined
}
