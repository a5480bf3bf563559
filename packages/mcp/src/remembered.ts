/**
 * What a value was at one moment: of plain data what it held, all the way down, so that a change in place shows; of
 * anything else the value itself.
 */
export const remember = (value: unknown, around: readonly object[] = []): unknown => {
  if (!isData(value) || around.includes(value)) return value
  const within = [...around, value]
  const keys = Object.keys(value)
  return new Remembered(
    value,
    Array.isArray(value),
    keys,
    keys.map((key) => remember(value[key], within)),
  )
}

/** Whether a value is what was remembered of it, or of another that held the same. */
export const isUnchanged = (remembered: unknown, value: unknown): boolean =>
  remembered === value || (remembered instanceof Remembered && remembered.isIn(value))

/** The fields of plain data, in their order. */
class Remembered {
  readonly #source: Data
  readonly #isArray: boolean
  readonly #keys: readonly string[]
  readonly #values: readonly unknown[]

  /** @param source what it was read from */
  constructor(source: Data, isArray: boolean, keys: readonly string[], values: readonly unknown[]) {
    this.#source = source
    this.#isArray = isArray
    this.#keys = keys
    this.#values = values
  }

  isIn(data: unknown): boolean {
    // Mostly it is the same object, and then of the same kind.
    if (data !== this.#source && (!isData(data) || Array.isArray(data) !== this.#isArray)) return false
    const fields = data as Data
    let at = 0
    for (const key in fields) {
      if (this.#keys[at] !== key || !isUnchanged(this.#values[at], fields[key])) return false
      at += 1
    }
    return at === this.#keys.length
  }
}

type Data = { readonly [key: string]: unknown }

const isData = (value: unknown): value is Data => {
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
