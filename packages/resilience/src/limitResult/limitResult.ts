import { asMiddleware, checkOptions, either, func, integer } from '@millrace/core'
import type { Call, Middleware, Result } from '@millrace/core'
import { isToldOf } from '../ending.ts'
import { events } from '../report.ts'
import { cutResult } from './cutResult.ts'
import type { ResourceLink } from './cutResult.ts'
import { linkTo } from './link.ts'
import type { Link } from './link.ts'
import { bytesOf, mayExceed } from './measure.ts'
import type { Bounds } from './measure.ts'

/** Options of `limitResult`. */
export interface LimitResultOptions {
  /** Largest answer as JSON, in bytes, from 1024, or a function that says so call by call. @default 1_048_576 */
  readonly maxBytes?: number | ((call: Call) => number) | undefined
  /** Most items of an array and lines of a text, at any depth; at least 1. @default Infinity */
  readonly maxRows?: number | ((call: Call) => number) | undefined
  /**
   * Where the whole answer can be had, with `uri` and `name`. The function may keep it there; undefined is nowhere, and
   * so is what cannot be sent. @default nowhere
   */
  readonly link?: Link | undefined
}

/**
 * Cuts answers that are too large, row by row: arrays in `structuredContent` and in texts that are JSON, lines of other
 * texts, content items, texts of resources. JSON stays JSON, no character is cut in two, and the same rows are missing
 * from `structuredContent` and from the text that repeats it. The answer says in words what is missing, in
 * `_meta['millrace/cut']` in numbers, and in a `resource_link` where the rest is.
 *
 * For `tools/call` and `resources/read`. An `isError` answer and a question to the caller are never cut. An output schema
 * that demands a number of items, or fields of a table by key, may not be met by what is left.
 *
 * @throws TypeError when an option makes no sense; per call when a function gives no such number.
 */
export const limitResult = (options: LimitResultOptions = {}): Middleware & { readonly stage: 'limitResult' } => {
  checkOptions('limitResult', options, { maxBytes: either(bytes, func), maxRows: either(rows, func), link: func })
  const { maxBytes = 1_048_576, maxRows = Infinity, link = nowhere } = options
  const bytesFor = perCall('limitResult.maxBytes', maxBytes, bytes)
  const rowsFor = perCall('limitResult.maxRows', maxRows, rows)
  return asMiddleware(
    (call, next) => {
      if (call.method !== 'tools/call' && call.method !== 'resources/read') return next(call)
      return next(call).then((result) => {
        if (!isCuttable(result)) return result
        const bounds = { maxBytes: bytesFor(call), maxRows: rowsFor(call) }
        return mayExceed(result, bounds) ? limited(call, result, bounds, link) : result
      })
    },
    { stage: 'limitResult' },
  )
}

const limited = async (call: Call, result: Result, bounds: Bounds, link: Link): Promise<Result> => {
  const size = unlessUnsendable(() => bytesOf(result))
  if (size === undefined || (size <= bounds.maxBytes && bounds.maxRows === Infinity)) return result
  // Too large is sure to be cut; too many rows are found by cutting.
  const isSure = size > bounds.maxBytes
  const cutTo = (whole?: ResourceLink) => unlessUnsendable(() => cutResult(result, size, bounds, whole, call.target))
  if (!isSure && cutTo() === undefined) return result
  const cut = cutTo(await linkTo(call, result, link, bounds.maxBytes))
  if (cut === undefined) return result
  const { answer, rows, keptRows } = cut
  if (events.hasSubscribers) {
    const { operation } = call
    events.publish({ type: 'limitResult.cut', operation, bytes: size, keptBytes: bytesOf(answer), rows, keptRows })
  }
  return answer
}

/** Undefined for a result that JSON cannot write, because of a circle or its depth: whoever sends it will say so. */
const unlessUnsendable = <Value>(measure: () => Value): Value | undefined => {
  try {
    return measure()
  } catch {
    return undefined
  }
}

const isCuttable = (result: Result | undefined): result is Result =>
  result !== null && typeof result === 'object' && !isToldOf(result)

const perCall = (
  name: string,
  value: number | ((call: Call) => number),
  check: (value: unknown) => string | undefined,
): ((call: Call) => number) => {
  if (typeof value === 'number') return () => value
  return (call) => {
    const given: unknown = value(call)
    const expected = check(given)
    if (expected !== undefined) throw new TypeError(`${name} must give ${expected}, got ${String(given)}`)
    return given as number
  }
}

const nowhere = (): undefined => undefined

const bytes = integer({ min: 1024, unlimited: true })
const rows = integer({ min: 1, unlimited: true })
