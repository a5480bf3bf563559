import { bytesOf } from './measure.ts'

/** One thing that was made smaller. */
export interface CutPart {
  /** Where: `structuredContent.cities`, `content[0].text`. */
  readonly path: string
  readonly unit: 'rows' | 'entries' | 'lines' | 'characters' | 'items'
  readonly kept: number
  readonly of: number
}

/** The work on one result: what it may have, what is known of its parts, what has been cut. */
export class Cutting {
  readonly maxRows: number
  readonly parts: CutPart[] = []
  readonly #sizes = new Map<object, number>()
  readonly #parsed = new Map<string, unknown>()

  constructor(maxRows: number) {
    this.maxRows = maxRows
  }

  /** The size of a value as JSON, in bytes; found out once for each object. */
  bytesOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return bytesOf(value)
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    const bytes = this.#sumOf(value) ?? bytesOf(value)
    this.#sizes.set(value, bytes)
    return bytes
  }

  /** What a text holds as JSON, read once; undefined when it is no object and no array. */
  valueOf(text: string): unknown {
    if (!this.#parsed.has(text)) this.#parsed.set(text, this.#parse(text))
    return this.#parsed.get(text)
  }

  // Written out as a whole, something would be written once for each level that it lies under.
  #sumOf(value: object): number | undefined {
    if (!isPlain(value)) return undefined
    const isArray = Array.isArray(value)
    const entries = Object.entries(value)
    if (entries.length > mostSummed || (isArray && entries.length !== value.length)) return undefined
    let [bytes, commas] = [2, -1]
    for (const [name, item] of entries) {
      const own = this.bytesOf(item) || (isArray ? nullBytes : 0)
      if (own === 0) continue
      bytes += own + (isArray ? 0 : bytesOf(name) + 1)
      commas += 1
    }
    return bytes + Math.max(0, commas)
  }

  #parse(text: string): unknown {
    if (!/^\s*[[{]/.test(text)) return undefined
    try {
      const value = JSON.parse(text) as unknown
      // Deeper than it could be written again, which throws as well.
      this.bytesOf(value)
      return value
    } catch {
      return undefined
    }
  }

  add(path: string, unit: CutPart['unit'], kept: number, of: number): void {
    this.parts.push({ path, unit, kept, of })
  }

  /** Rows, lines and items of everything that was cut, before and after. */
  get rows(): { readonly rows: number; readonly keptRows: number } {
    let [rows, keptRows] = [0, 0]
    for (const { unit, kept, of } of this.parts) {
      if (unit === 'characters') continue
      rows += of
      keptRows += kept
    }
    return { rows, keptRows }
  }
}

// Boxed values and what has a form of its own are for JSON to write.
const isPlain = (value: object): boolean => {
  if ('toJSON' in value) return false
  const prototype = Object.getPrototypeOf(value) as unknown
  return prototype === null || prototype === Object.prototype || Array.isArray(value)
}

const nullBytes = 4
const mostSummed = 16
