/** What `Keyed` must know of a value to decide whether it may go. */
export interface Holdable {
  /** Set whenever the value is used; cleared when it is passed over for being used. */
  wasUsed: boolean
  /**
   * `loose`: may be dropped. `spare`: only when nothing is loose. `dear`: only when all are dear or held, the oldest
   * first. `held`: never.
   *
   * @param now in clock milliseconds
   */
  hold(now: number): 'loose' | 'spare' | 'dear' | 'held'
  /** Since when it has been dear, in clock milliseconds; read only then. */
  readonly dearSince?: number | undefined
}

/**
 * Values by key in bounded memory. When it is full, a new key takes the place of a loose value that has not been used
 * for longest, as CLOCK approximates it (Corbató 1968). When every value is held, a new key gets a value that nobody
 * remembers.
 */
export class Keyed<Value extends Holdable> {
  readonly #values = new Map<string, Value>()
  readonly #maxKeys: number
  readonly #make: (key: string) => Value
  /** New keys to let pass before looking for room again, after there was none. */
  #pause = 0

  constructor(maxKeys: number, make: (key: string) => Value) {
    this.#maxKeys = maxKeys
    this.#make = make
  }

  /** The value of a key, made when there is none. */
  get(key: string, clock: { now(): number }): Value {
    const found = this.#values.get(key)
    if (found === undefined) return this.#add(key, clock)
    found.wasUsed = true
    return found
  }

  /** The value of a key, kept whether there is room or not. */
  keep(key: string): Value {
    const value = this.#values.get(key) ?? this.#make(key)
    this.#values.set(key, value)
    return value
  }

  /** The value of a key; undefined when there is none. */
  peek(key: string): Value | undefined {
    return this.#values.get(key)
  }

  entries(): IterableIterator<[string, Value]> {
    return this.#values.entries()
  }

  #add(key: string, clock: { now(): number }): Value {
    const value = this.#make(key)
    if (this.#values.size < this.#maxKeys || this.#makeRoom(clock)) this.#values.set(key, value)
    return value
  }

  #makeRoom(clock: { now(): number }): boolean {
    if (this.#pause > 0) {
      this.#pause -= 1
      return false
    }
    const gone = this.#findRoom(clock.now())
    if (gone === undefined) this.#pause = this.#values.size
    else this.#values.delete(gone)
    return gone !== undefined
  }

  /** The key to give up. The hand stays where it stopped: what it has passed is put behind everything else. */
  #findRoom(now: number): string | undefined {
    let spare: string | undefined
    let [dear, dearSince]: [string | undefined, number] = [undefined, Infinity]
    for (let steps = this.#values.size * 2; steps > 0; steps -= 1) {
      const [key, value] = this.#values.entries().next().value as [string, Value]
      const hold = value.hold(now)
      if (hold === 'loose' && !value.wasUsed) return key
      if (hold === 'spare') spare ??= key
      if (hold === 'dear' && value.dearSince! < dearSince) [dear, dearSince] = [key, value.dearSince!]
      value.wasUsed = false
      this.#values.delete(key)
      this.#values.set(key, value)
    }
    return spare ?? dear
  }
}
