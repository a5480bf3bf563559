import { KeyMemo } from './keyMemo.ts'
import type { MemoBudget } from './keyMemo.ts'

/**
 * The field names of flat objects, and how objects with these fields are written: as a string that two of them share
 * only when all fields have the same values. The order of the fields does not matter.
 */
export class Shape {
  /** The keys of calls with arguments of this shape. */
  readonly memo: KeyMemo
  readonly #names: readonly string[]
  readonly #sorted: readonly string[]
  readonly #signature: string

  constructor(names: readonly string[], budget: MemoBudget) {
    this.#names = names
    this.#sorted = names.toSorted()
    this.#signature = `{${this.#sorted.map(writeText).join('')}}`
    this.memo = new KeyMemo(names, budget)
  }

  /** Whether the object has exactly these fields, in this order. */
  fits(value: object): boolean {
    const names = this.#names
    let at = 0
    for (const name in value) {
      if (name !== names[at]) return false
      at += 1
    }
    return at === names.length
  }

  /** The string; undefined when a field is neither text of some length, nor a number of JSON, a truth value or null. */
  write(value: object): string | undefined {
    const fields = this.#sorted.map((name) => (value as { readonly [name: string]: unknown })[name])
    // As an array the values say where they end, and come as one string: pieces put together would be copied once more.
    return fields.every(isShort) ? this.#signature + JSON.stringify(fields) : undefined
  }
}

/** The shapes that the arguments of one operation have had lately. */
export class Shapes {
  /** The one that the last key was made with; undefined when it was known, or made in another way. */
  made: Shape | undefined = undefined
  readonly #budget: MemoBudget
  readonly #shapes: Shape[] = []
  #oldest = 0

  constructor(budget: MemoBudget) {
    this.#budget = budget
  }

  /** The shape of a value; undefined for one that is no plain object or has many fields. */
  of(value: unknown): Shape | undefined {
    if (value === null || typeof value !== 'object' || !isPlain(value)) return undefined
    for (const shape of this.#shapes) if (shape.fits(value)) return shape
    return this.#learn(value)
  }

  #learn(value: object): Shape | undefined {
    const names = Object.keys(value)
    if (names.length > mostFields || names.join('').length > mostCharacters) return undefined
    const shape = new Shape(names, this.#budget)
    this.#shapes[this.#oldest] = shape
    this.#oldest = (this.#oldest + 1) % mostShapes
    return shape
  }
}

/** Whether an object is one that JSON could have made, going by its prototype; also one of another realm. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/** Whether JSON says exactly this number: NaN and the infinities become null there, and −0 becomes 0. */
export const isExact = (value: number): boolean => Number.isFinite(value) && (value !== 0 || 1 / value > 0)

const writeText = (text: string): string => `${text.length}"${text}`

const isShort = (field: unknown): boolean => {
  if (typeof field === 'string') return field.length <= longest
  return typeof field === 'number' ? isExact(field) : field === null || typeof field === 'boolean'
}

// Longer ones make keys that are hashed in any case.
const longest = 256

const mostFields = 8
const mostCharacters = 200
const mostShapes = 4
