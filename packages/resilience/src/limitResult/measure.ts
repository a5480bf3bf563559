import { hasMoreItems } from './jsonRows.ts'

/** What a result may have. */
export interface Bounds {
  /** As JSON in UTF-8. */
  readonly maxBytes: number
  /** Items of an array, lines of a text. */
  readonly maxRows: number
}

/**
 * Whether a value may be beyond the bounds: `false` is certain, `true` wants a closer look. Nothing is written: a
 * character counts as the six bytes that it may have at most, which most answers can afford.
 */
export const mayExceed = (value: unknown, { maxBytes, maxRows }: Bounds): boolean =>
  roomAfter(value, maxBytes, maxRows, 0) < 0

/** The size of a value as JSON in UTF-8, in bytes; 0 for what JSON leaves out. @throws what JSON.stringify throws */
export const bytesOf = (value: unknown): number => {
  const written = JSON.stringify(value) as string | undefined
  return written === undefined ? 0 : Buffer.byteLength(written)
}

/** What is left of some room after a value; below 0 when that cannot be told, or there are too many rows. */
const roomAfter = (value: unknown, room: number, maxRows: number, depth: number): number => {
  if (typeof value === 'string') return hasMoreRows(value, maxRows) ? -1 : room - value.length * 6 - 2
  if (typeof value !== 'object' || value === null) return room - longestScalar
  if (depth === deepest || 'toJSON' in value) return -1
  return Array.isArray(value)
    ? roomAfterItems(value, room, maxRows, depth)
    : roomAfterEntries(value as Fields, room, maxRows, depth)
}

const roomAfterItems = (items: readonly unknown[], room: number, maxRows: number, depth: number): number => {
  if (items.length > maxRows) return -1
  let left = room - 2
  for (const item of items) {
    left = roomAfter(item, left, maxRows, depth + 1) - 1
    if (left < 0) return left
  }
  return left
}

const roomAfterEntries = (value: Fields, room: number, maxRows: number, depth: number): number => {
  let left = room - 2
  // Inherited names are none of JSON's business, but to count them does no harm.
  for (const name in value) {
    left = roomAfter(value[name], left - name.length * 6 - 4, maxRows, depth + 1)
    if (left < 0) return left
  }
  return left
}

const hasMoreRows = (text: string, maxRows: number): boolean =>
  maxRows < Infinity && (hasMoreLines(text, maxRows) || hasMoreItems(text, maxRows))

const hasMoreLines = (text: string, maxLines: number): boolean => {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1
    if (lines > maxLines) return true
  }
  return false
}

interface Fields {
  readonly [name: string]: unknown
}

// -1.2345678901234567e-300
const longestScalar = 24
const deepest = 100
