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

  constructor(maxRows: number) {
    this.maxRows = maxRows
  }

  /** The size of a value as JSON, in bytes; written out once for each object. */
  bytesOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return bytesOf(value)
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    const bytes = bytesOf(value)
    this.#sizes.set(value, bytes)
    return bytes
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
