import { compose, originOf } from '@millrace/core'
import type { Call, Middleware, Next } from '@millrace/core'
import { compositionOf } from './composition.ts'
import type { Composition } from './composition.ts'
import { handlerCallOf } from './handlerCall.ts'
import { onceBeside } from './once.ts'
import type { Neighbour } from './once.ts'
import { warnOfOrder, warnOfOrderAcross, warnOfTwice } from './order.ts'
import { ServerCall } from './serverCall.ts'

/** The chain of one `wrap`, as it is under each server that its handlers are called through. */
export class Inside {
  readonly composition: Composition
  /** What calls go through that come from no server's chain. */
  readonly middleware: readonly Middleware[]
  readonly #further: readonly Neighbour[]
  readonly #end: Next
  readonly #alone: Next
  readonly #under = new WeakMap<Composition, Chain>()
  // Which server's chain it was last: a lookup less for nearly every call.
  #last: Composition | undefined
  #chain: Chain | undefined

  /** @param further the chains between it and the handler */
  constructor(composition: Composition, end: Next, further: readonly Neighbour[] = []) {
    warnOfOrder(composition)
    this.composition = composition
    this.#end = end
    this.#further = further
    this.middleware = this.#left([])
    this.#alone = compose(...this.middleware)(end)
  }

  /**
   * The chain for a call that came through `outer`, without what that has been through.
   *
   * @param isRegistered whether the handler is the one that the server runs, which has its place inside the server's chain
   */
  run(outer: Call | undefined, isRegistered: boolean): Next {
    const origin = outer && originOf(outer)
    if (!(origin instanceof ServerCall)) return this.#alone
    const { composition } = origin
    if (composition !== this.#last || this.#chain === undefined) {
      this.#last = composition
      this.#chain = this.#chainUnder(composition)
    }
    if (isRegistered && !this.#chain.isOrdered) this.#look(composition, this.#chain)
    return this.#chain.run
  }

  /**
   * The same around a handler that is wrapped already: what is further in is left out here, a cache as well, which
   * would wait for itself.
   */
  around(further: readonly Wrapping[]): Inside {
    const neighbours = further.map(({ composition, callOf }) => {
      return { middleware: composition.middleware, callOf, keepsCaches: false }
    })
    const { repeated } = onceBeside(this.composition.once.middleware, neighbours)
    for (const one of repeated) warnOfTwice(one)
    const inside = new Inside(this.composition, this.#end, neighbours)
    const inner = compositionOf(further.flatMap(({ composition }) => composition.middleware))
    const chains = [inside.middleware, inner.once.middleware] as const
    warnOfOrderAcross(this.composition, inner, chains, 'wrap(…) around wrap(…)')
    return inside
  }

  #left(around: readonly Neighbour[]): readonly Middleware[] {
    const neighbours = [...around, ...this.#further]
    const { middleware, once } = this.composition
    return neighbours.length === 0 ? once.middleware : onceBeside(middleware, neighbours).middleware
  }

  #chainUnder(outer: Composition): Chain {
    const known = this.#under.get(outer)
    if (known !== undefined) return known
    const middleware = this.#left([{ middleware: outer.middleware, callOf: callAround, keepsCaches: true }])
    const chain: Chain = { middleware, run: compose(...middleware)(this.#end), isOrdered: false }
    this.#under.set(outer, chain)
    return chain
  }

  #look(outer: Composition, chain: Chain): void {
    chain.isOrdered = true
    const chains = [outer.once.middleware, chain.middleware] as const
    warnOfOrderAcross(outer, this.composition, chains, 'use(server, …) around wrap(…)')
  }
}

/** One `wrap` around a handler. */
export interface Wrapping {
  readonly composition: Composition
  /** The call that it will make of a call further out. */
  readonly callOf: (call: Call) => Call
}

/** What is left of a chain under another one. */
interface Chain {
  readonly middleware: readonly Middleware[]
  readonly run: Next
  /** Whether its order together with the other one has been looked at. */
  isOrdered: boolean
}

const callAround = (call: Call): Call => handlerCallOf(call).invocation.outer ?? call
