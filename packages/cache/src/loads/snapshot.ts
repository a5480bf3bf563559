import { freezeTree, frozenCopy } from '@millrace/core'
import type { Result } from '@millrace/core'
import { weighTree } from '../memory/treeWeight.ts'

/** What JSON makes of a result, which is what a client would get. */
export class Snapshot {
  readonly json: string
  /** Its size, in bytes. */
  readonly bytes: number
  /** What its tree takes in memory, in bytes. */
  readonly weight: number
  #tree: Result | undefined

  /**
   * @param isWanted whether the tree is asked for in any case: to copy the result costs less than to parse its JSON
   * @throws what `JSON.stringify` throws (circular, BigInt, nested too deep), or a TypeError for no object
   */
  constructor(result: Result, isWanted: boolean) {
    const json = JSON.stringify(result) as string | undefined
    if (json?.[0] !== '{') throw new TypeError('the result is not a JSON object')
    this.json = json
    this.bytes = Buffer.byteLength(json)
    const weight = weightOf(result, this.bytes === json.length)
    const isPlain = !Number.isNaN(weight)
    this.#tree = isPlain && !isWanted ? undefined : frozenCopy(result, json)
    this.weight = isPlain ? weight : weighTree(this.result)
  }

  /** New and frozen through and through, so that it can be shared, also as bytes; made when it is first asked for. */
  get result(): Result {
    return (this.#tree ??= treeOf(this.json))
  }

  /** The tree, or while there is none its JSON: then the result is what JSON makes of it. */
  get kept(): Result | string {
    return this.#tree ?? this.json
  }
}

const weightOf = (result: Result, isAscii: boolean): number => {
  try {
    return weighTree(result, isAscii)
  } catch {
    // A getter or a proxy that throws when it is asked once more.
    return NaN
  }
}

/** The result that a JSON says, frozen through and through. */
export const treeOf = (json: string): Result => freezeTree(JSON.parse(json) as Result, json)
