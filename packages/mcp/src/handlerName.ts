import { sha256 } from '@millrace/core'
import { layersOf } from './nesting.ts'

/** How a wrapped handler is told from all others, for the keys of caches. */
export interface HandlerIdentity {
  /** For labels and messages; undefined for a function without a name. */
  readonly name: string | undefined
  /** Two handlers with one revision are the same handler. */
  readonly revision: string
  /** The revision means nothing to another process. */
  readonly isLocal: boolean
}

/** What is asked about one invocation of a wrapped handler. */
export interface Occasion {
  /** `this` of the invocation. */
  readonly receiver: unknown
  /** It is the very function that a server runs for a request, which the request's own name tells from others. */
  readonly isRegistered: boolean
}

/**
 * Says who a wrapped handler is. A name that the author gave is trusted. A handler that a server runs for a request is
 * known by that request, and its text tells one version of it from another. Any other function is known by nothing but
 * itself and the object it belongs to: two closures of one text are two handlers, and so is one method of two objects.
 */
export const identity = (
  handler: { readonly name: string },
  given: string | undefined,
  context: { readonly name: string | symbol } | undefined,
): ((occasion: Occasion) => HandlerIdentity) => {
  const name = given ?? ((context === undefined ? handler.name : String(context.name)) || undefined)
  if (given !== undefined) return () => ({ name, revision: `named ${given}`, isLocal: false })
  let source: string | undefined
  return ({ receiver, isRegistered }) => {
    if (!isRegistered) return { name, revision: `${idOf(handler)} of ${idOf(receiver)}`, isLocal: true }
    source ??= sourceOf(handler)
    return { name, revision: `source ${source}`, isLocal: false }
  }
}

// All wrappers have one text: what tells them apart is the function at the end of them, and how many there are.
const sourceOf = (handler: object): string => {
  const layers = layersOf(handler)
  const source = sha256(Function.prototype.toString.call(layers.at(-1)))
  return layers.length === 1 ? source : `${source} in ${layers.length - 1}`
}

const idOf = (value: unknown): number => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return 0
  const known = ids.get(value)
  if (known !== undefined) return known
  count += 1
  ids.set(value, count)
  return count
}

const ids = new WeakMap<object, number>()
let count = 0
