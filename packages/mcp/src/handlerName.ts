import { sha256 } from '@millrace/core'
import { layersOf } from './nesting.ts'

/** How a wrapped handler is told from all others, for the keys of caches. */
export interface HandlerIdentity {
  /** What it is called; undefined for a function without a name. */
  readonly name: string | undefined
  /** For labels and messages: the name, or what stands for it, of which a program has as many as functions written down. */
  readonly label: () => string
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
  let source: string | undefined
  const label = () => name ?? `(unnamed ${(source ??= sourceOf(handler)).slice(0, labelLength)})`
  if (given !== undefined) return () => ({ name, label, revision: `named ${given}`, isLocal: false })
  return ({ receiver, isRegistered }) => {
    if (!isRegistered) return { name, label, revision: `${idOf(handler)} of ${idOf(receiver)}`, isLocal: true }
    source ??= sourceOf(handler)
    return { name, label, revision: `source ${source}`, isLocal: false }
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

/** Letters of a hash that tell some thousand functions apart. */
const labelLength = 8

const ids = new WeakMap<object, number>()
let count = 0
