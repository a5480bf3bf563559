/**
 * Values by key in bounded memory: at most `maxKeys`, of which those used last are always there. Two maps take turns:
 * when the younger is half of all, the elder is dropped with every key that has not been asked for since.
 */
export class Bounded<Value> {
  /** How many values were made so far. */
  made = 0
  readonly #half: number
  readonly #make: (key: string) => Value
  #younger = new Map<string, Value>()
  #elder = new Map<string, Value>()

  constructor(maxKeys: number, make: (key: string) => Value) {
    this.#half = Math.max(1, Math.floor(maxKeys / 2))
    this.#make = make
  }

  /** The value of a key, made when there is none. */
  get(key: string): Value {
    return this.#younger.get(key) ?? this.#rejuvenate(key)
  }

  #rejuvenate(key: string): Value {
    const value = this.#elder.get(key) ?? this.#new(key)
    this.#elder.delete(key)
    if (this.#younger.size >= this.#half) {
      this.#elder = this.#younger
      this.#younger = new Map()
    }
    this.#younger.set(key, value)
    return value
  }

  #new(key: string): Value {
    this.made += 1
    return this.#make(key)
  }
}
