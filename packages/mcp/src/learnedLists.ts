import type { Clock } from '@millrace/core'
import { quietContext } from './context.ts'
import { identityOf } from './internals.ts'
import type { StoredHandler } from './internals.ts'
import { LearnedList } from './learnedList.ts'
import { isNameless } from './principal.ts'
import type { ServerCall } from './serverCall.ts'

/** Lists that are remembered of one server, each as one caller saw it; and servers of which any are. */
const maxLists = 200

/** What was learned, by the identity of servers. */
export type Lessons = Map<string, ListsByCaller>
type ListsByCaller = Map<string, LearnedList>

/**
 * The lists that a low-level server answers. What one server said to a caller holds for the next server of the same
 * name and version and the same caller: a list must not vary by connection (specification, server/tools), so of the
 * servers that are made for each request only the first is asked.
 */
export class LearnedLists {
  readonly #protocol: object
  /** What callers without a name were told, which counts for this server alone. */
  readonly #own: ListsByCaller = new Map()
  #shared: Lessons | undefined

  constructor(protocol: object) {
    this.#protocol = protocol
  }

  /** What is known of the list that the target of a call stands in; undefined for other methods. */
  of(call: ServerCall, shared: Lessons): LearnedList | undefined {
    const method = listOf[call.method]
    if (method === undefined) return undefined
    let caller: string | undefined
    try {
      caller = call.principal
    } catch {
      // What a `principal` option throws is for whoever reads it.
      return undefined
    }
    const lists = isNameless(caller) ? this.#own : this.#listsIn(shared)
    const key = caller === undefined || lists === this.#own ? method : `${method} ${caller}`
    return lists.get(key) ?? remember(lists, key, new LearnedList(method))
  }

  /** The server has other lists now: what it said before no longer counts, here and for servers like it. */
  forget(): void {
    this.#own.clear()
    this.#shared?.delete(identityOf(this.#protocol) ?? '')
    this.#shared = undefined
  }

  #listsIn(shared: Lessons): ListsByCaller {
    const identity = identityOf(this.#protocol)
    if (identity === undefined) return this.#own
    this.#shared = shared
    const known = shared.get(identity)
    if (known !== undefined) return known
    return remember(shared, identity, new Map())
  }
}

/** Lets a list be learned, by the word of the server's own handler, as the caller of `call` would see it. */
export const learn = (
  list: LearnedList,
  handler: StoredHandler,
  call: ServerCall,
  clock: Clock,
): Promise<void> | undefined => {
  const method = listOf[call.method] as string
  const page = (cursor: string | undefined) =>
    handler({ method, params: cursor === undefined ? {} : { cursor } }, quietContext(call.sdk, method))
  return list.learn(page, clock)
}

/** The method that lists what another method names. */
export const listOf: { readonly [method: string]: string | undefined } = {
  __proto__: null as never,
  'tools/call': 'tools/list',
  'prompts/get': 'prompts/list',
}

const remember = <Value>(known: Map<string, Value>, key: string, value: Value): Value => {
  if (known.size >= maxLists) known.delete(known.keys().next().value as string)
  known.set(key, value)
  return value
}
