import type { Middleware } from '@millrace/core'
import type { Looks } from './anonymous.ts'
import type { Lessons } from './learnedLists.ts'
import { mentionsOf } from './mentions.ts'
import type { Mention } from './mentions.ts'
import { once } from './once.ts'
import type { Once } from './once.ts'
import { needsNames } from './unnamed.ts'
import type { Naming } from './unnamed.ts'

/** A chain of middleware values, known again whenever the same values are put together in the same order. */
export interface Composition extends Looks, Naming {
  readonly middleware: readonly Middleware[]
  /** Every middleware of the chain and what it is made of. */
  readonly leaves: readonly Middleware[]
  /** What calls go through: each value once. */
  readonly once: Once
  /** The names of tools in it that no server has been seen to have. */
  mentions: readonly Mention[]
  /** What the servers it was attached to said in their lists. */
  readonly lessons: Lessons
  /** Whether its order has been looked at. */
  isOrdered: boolean
  /** The chains inside this one whose order together with it has been looked at. */
  readonly around: WeakSet<Composition>
}

/**
 * The composition of some values. A server made for each request attaches the same values each time: they are taken
 * apart the first time.
 */
export const compositionOf = (middleware: readonly Middleware[]): Composition => {
  let step = empty
  for (const one of middleware) step = following(step, one)
  return (step.composition ??= made(middleware))
}

/** One value after others. Held by the values themselves: chains that nobody has any more are forgotten. */
interface Step {
  readonly next: WeakMap<Middleware, Step>
  composition: Composition | undefined
}

const following = (step: Step, one: Middleware): Step => {
  const known = step.next.get(one)
  if (known !== undefined) return known
  const added = { next: new WeakMap<Middleware, Step>(), composition: undefined }
  step.next.set(one, added)
  return added
}

const made = (middleware: readonly Middleware[]): Composition => {
  const leaves = middleware.flatMap(withParts)
  return {
    middleware,
    leaves,
    once: once(middleware, leaves),
    mentions: leaves.flatMap(mentionsOf),
    lessons: new Map(),
    needsNames: needsNames(leaves),
    isOrdered: false,
    anonymous: 0,
    around: new WeakSet(),
  }
}

const withParts = (one: Middleware): readonly Middleware[] => [one, ...(one.parts ?? []).flatMap(withParts)]

const empty: Step = { next: new WeakMap(), composition: undefined }
