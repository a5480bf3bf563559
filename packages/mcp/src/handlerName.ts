import { hash } from 'node:crypto'

/** How a wrapped handler is known where its server does not say. */
export interface HandlerIdentity {
  /** For labels and messages; undefined for a function without a name. */
  readonly name: string | undefined
  /** Part of every cache key: two handlers with one revision are the same handler. */
  readonly revision: string
  /** The same for a handler that has a server's tool around it and so needs no name of its own. */
  readonly innerRevision: string
}

/**
 * A name that the author gave is trusted. A function's own name is taken together with its text, because two
 * functions called `handler` are not the same; a function without a name is one of a kind.
 */
export const identify = (
  handler: { readonly name: string },
  given: string | undefined,
  context: ClassMethodDecoratorContext | undefined,
): HandlerIdentity => {
  if (given !== undefined) return { name: given, revision: `named ${given}`, innerRevision: `named ${given}` }
  const name = context === undefined ? handler.name : String(context.name)
  const text = Function.prototype.toString.call(handler)
  // A bound or native function has no text to tell it by.
  const isKnown = !text.endsWith('{ [native code] }')
  const source = isKnown ? `source ${hash('sha256', text, 'base64url')}` : unique()
  return name === '' || !isKnown
    ? { name: undefined, revision: unique(), innerRevision: source }
    : { name, revision: `${source} ${name}`, innerRevision: `${source} ${name}` }
}

const unique = (): string => {
  count += 1
  return `unnamed ${count}`
}

let count = 0
