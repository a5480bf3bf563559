import { frozenCopy } from '@millrace/core'
import type { Result } from '@millrace/core'

/** A result as it is kept. */
export interface Snapshot {
  /** New and frozen through and through, so that it can be shared, also as bytes. */
  readonly result: Result
  /** Its size as JSON. */
  readonly bytes: number
}

/**
 * What JSON makes of a result, which is what a client would get.
 *
 * @throws what `JSON.stringify` throws (circular, BigInt, nested too deep), or a TypeError when it is no object.
 */
export const snapshot = (result: Result): Snapshot => {
  const json = JSON.stringify(result) as string | undefined
  if (json?.[0] !== '{') throw new TypeError('the result is not a JSON object')
  return { result: frozenCopy(result, json), bytes: Buffer.byteLength(json) }
}
