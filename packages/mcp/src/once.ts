import type { Call, Middleware } from '@millrace/core'

/** Middleware without what a call has passed before it gets there. */
export interface Once {
  readonly middleware: readonly Middleware[]
  /** What stood twice on the way of every call, and was left out the second time. */
  readonly repeated: readonly Middleware[]
}

/** A chain that stands around or inside another one. */
export interface Neighbour {
  readonly middleware: readonly Middleware[]
  /** The call as that chain has it. */
  readonly callOf: (call: Call) => Call
  /** A cache stays beside a server's chain, where nobody named the handler: to wrap it in the cache is to name it. */
  readonly keepsCaches: boolean
}

/** A chain through which a call passes each value once. Itself where nothing stands in it twice. */
export const once = (middleware: readonly Middleware[], leaves: readonly Middleware[]): Once =>
  new Set(leaves).size === leaves.length ? { middleware, repeated: [] } : onceBeside(middleware, [])

/**
 * A chain without what a call passes in neighbouring ones. Where that acts on some calls only, so does what is here: on
 * the others.
 */
export const onceBeside = (middleware: readonly Middleware[], neighbours: readonly Neighbour[]): Once => {
  const passage = new Passage()
  for (const one of neighbours) passage.note(one, one.middleware)
  return passage.through(middleware)
}

/** Whether a call is sure to have passed. */
type Covers = (call: Call) => boolean

/** What calls pass on their way in. */
class Passage {
  readonly #noted = new Map<Middleware, readonly Covers[]>()
  readonly #repeated: Middleware[] = []

  /** Takes note of a neighbouring chain. */
  note(neighbour: Neighbour, middleware: readonly Middleware[], outer: Covers = always): void {
    for (const one of middleware) {
      const { covers } = one
      const own = covers === undefined ? outer : both(outer, (call) => covers(neighbour.callOf(call)))
      if (!isWhole(one)) this.note(neighbour, one.parts ?? [], own)
      else if (one.stage !== 'cached' || !neighbour.keepsCaches) this.#add(one, own)
    }
  }

  through(middleware: readonly Middleware[]): Once {
    return { middleware: this.#left(middleware, always), repeated: this.#repeated }
  }

  #left(middleware: readonly Middleware[], covers: Covers): readonly Middleware[] {
    const left = middleware.flatMap((one) => (isWhole(one) ? this.#leaf(one, covers) : this.#joint(one, covers)))
    return left.length === middleware.length && left.every((one, index) => one === middleware[index])
      ? middleware
      : left
  }

  #joint(one: Middleware, covers: Covers): readonly Middleware[] {
    const parts = one.parts ?? []
    const left = this.#left(parts, both(covers, one.covers ?? always))
    if (left === parts) return [one]
    return left.length === 0 ? [] : [one.rejoin?.(left) ?? one]
  }

  #leaf(one: Middleware, covers: Covers): readonly Middleware[] {
    const earlier = this.#noted.get(one)
    if (earlier === undefined) {
      this.#add(one, covers)
      return [one]
    }
    if (earlier.includes(always)) {
      this.#repeated.push(one)
      return []
    }
    this.#add(one, covers)
    return [unless(earlier, one)]
  }

  #add(one: Middleware, covers: Covers): void {
    this.#noted.set(one, [...(this.#noted.get(one) ?? []), covers])
  }
}

const always: Covers = () => true

const both = (first: Covers, second: Covers): Covers => {
  if (first === always) return second
  return second === always ? first : (call) => first(call) && second(call)
}

/** Whether it is left in or out as it is, and not taken apart. */
const isWhole = (one: Middleware): boolean => one.parts === undefined || one.rejoin === undefined

const unless =
  (covered: readonly Covers[], one: Middleware): Middleware =>
  (call, next) =>
    covered.some((covers) => covers(call)) ? next(call) : one(call, next)
