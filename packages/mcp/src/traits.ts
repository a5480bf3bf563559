import type { Traits } from '@millrace/core'

/** The traits that a tool's annotations declare; what they leave out stays undefined. */
export const traitsOf = (annotations: unknown): Traits => {
  if (annotations === null || typeof annotations !== 'object') return noTraits
  const { readOnlyHint, idempotentHint, destructiveHint, openWorldHint } = annotations as {
    readonly [hint: string]: unknown
  }
  const known = memo.get(annotations)
  // Annotations that were changed in place count as changed.
  if (
    known !== undefined &&
    known.readOnly === flag(readOnlyHint) &&
    known.destructive === flag(destructiveHint) &&
    known.idempotent === flag(idempotentHint) &&
    known.openWorld === flag(openWorldHint)
  )
    return known
  const traits: Traits = Object.freeze({
    readOnly: flag(readOnlyHint),
    idempotent: flag(idempotentHint),
    destructive: flag(destructiveHint),
    openWorld: flag(openWorldHint),
  })
  memo.set(annotations, traits)
  return traits
}

/** The traits of what declares none: prompts, resources, lists, tools without annotations. */
export const noTraits: Traits = Object.freeze({})

const flag = (hint: unknown): boolean | undefined => (typeof hint === 'boolean' ? hint : undefined)

const memo = new WeakMap<object, Traits>()
