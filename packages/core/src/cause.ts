import type { Call, Result } from './call.ts'
import { parentOf } from './call.ts'

/**
 * The error that a handler threw and that an SDK turned into an `isError` result. Asked of a result it is exactly
 * that result's; asked of a call it is that of the call's last failed attempt, also when a later attempt went well.
 * Undefined when nothing was thrown.
 */
export const causeOf = (of: Call | Result): unknown => keptOf(of)?.error

/** Remembers that `result`, the answer to `call`, stands for `error`. For doors. */
export const keepCause = (call: Call, result: Result, error: unknown): void => {
  const kept = { error }
  keep(result, kept)
  for (let at: Call | undefined = call; at !== undefined; at = parentOf(at)) keep(at, kept)
}

/** Whether a result stands for something thrown, be that `undefined`. */
export const hasCause = (result: Result): boolean => keptOf(result) !== undefined

interface Kept {
  readonly error: unknown
}

// In the registry of symbols, so that another copy of this package finds what this one kept. Copies of a result, by
// spreading or as JSON, do not carry it: they may say something else.
const cause: unique symbol = Symbol.for('millrace.cause')

const keptOf = (of: object | undefined): Kept | undefined =>
  of === undefined ? undefined : (ofFrozen.get(of) ?? (of as { readonly [cause]?: Kept })[cause])

const keep = (of: object, kept: Kept): void => {
  if (!Reflect.defineProperty(of, cause, { value: kept, configurable: true })) ofFrozen.set(of, kept)
}

const ofFrozen = new WeakMap<object, Kept>()
