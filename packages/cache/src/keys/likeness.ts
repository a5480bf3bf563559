import type { Call } from '@millrace/core'
import type { Lane } from '../plan/lane.ts'
import { isPlain } from './shape.ts'

/**
 * Everything that the key of one call was made of, for calls with flat arguments. To see that another call has the
 * same key costs a comparison for each value, a tenth of what making the key costs.
 */
export class Likeness {
  readonly #lane: Lane
  readonly #revision: string | undefined
  readonly #principal: string | undefined
  readonly #names: readonly string[]
  readonly #values: readonly unknown[]

  /** Of a call that has a key; undefined for one whose key is made of more than a few flat arguments. */
  static of(call: Call, lane: Lane): Likeness | undefined {
    const { input } = call
    if (!lane.isSimple || !lane.isNamed || !isFlat(input)) return undefined
    const names = Object.keys(input)
    const values = Object.values(input)
    if (names.length > mostFields || values.some((value) => typeof value === 'object' && value !== null)) {
      return undefined
    }
    return new Likeness(call, lane, names, values)
  }

  private constructor(call: Call, lane: Lane, names: readonly string[], values: readonly unknown[]) {
    this.#lane = lane
    this.#revision = call.revision
    this.#principal = lane.settings.isPublic ? undefined : call.principal
    this.#names = names
    this.#values = values
  }

  /** Whether the call has the same key. It may also have it when its arguments stand in another order. */
  fits(call: Call, lane: Lane): boolean {
    if (lane !== this.#lane || call.revision !== this.#revision) return false
    if (!lane.settings.isPublic && call.principal !== this.#principal) return false
    const { input } = call
    if (!isFlat(input)) return false
    const names = this.#names
    const values = this.#values
    let at = 0
    for (const name in input) {
      // To `===`, 0 and −0 are the same.
      if (name !== names[at] || !Object.is(input[name], values[at])) return false
      at += 1
    }
    return at === names.length
  }
}

const isFlat = (input: unknown): input is { readonly [name: string]: unknown } =>
  input !== null && typeof input === 'object' && isPlain(input)

const mostFields = 8
