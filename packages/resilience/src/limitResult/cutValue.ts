import type { Cutting } from './cutting.ts'
import { fairShares } from './shares.ts'
import { cutString } from './shorten.ts'

/**
 * A value that fits into some room as JSON, and whose arrays have no more rows than they may. Arrays lose rows from
 * their end, down to 100 levels; numbers, flags and short strings stay; what stands beside each other gets the same room,
 * what needs less keeps all of it. What JSON carries differently than it stands (`toJSON`) is not cut.
 */
export const cutValue = (value: unknown, room: number, path: string, cutting: Cutting, depth = 0): unknown => {
  if (typeof value === 'string') return cutText(value, room, path, cutting)
  if (!isContainer(value) || depth > deepest) return value
  if (cutting.maxRows === Infinity && cutting.bytesOf(value) <= room) return value
  return Array.isArray(value)
    ? cutArray(value, room, path, cutting, depth)
    : cutObject(value as Fields, room, path, cutting, depth)
}

const cutText = (text: string, room: number, path: string, cutting: Cutting): string => {
  const kept = cutString(text, room)
  if (kept !== text) cutting.add(path, 'characters', kept.length - 1, text.length)
  return kept
}

const cutArray = (
  items: readonly unknown[],
  room: number,
  path: string,
  cutting: Cutting,
  depth: number,
): unknown[] => {
  const kept: unknown[] = []
  let left = room - 2
  for (const [index, item] of items.entries()) {
    if (kept.length >= cutting.maxRows) break
    const comma = kept.length === 0 ? 0 : 1
    const bytes = cutting.bytesOf(item) || nullBytes
    const isWhole = bytes + comma <= left
    if (!isWhole && (kept.length > 0 || leastBytes(item, cutting, depth) > left)) break
    const row = cutValue(item, isWhole ? bytes : left, `${path}[${index}]`, cutting, depth + 1)
    kept.push(row)
    if (!isWhole) break
    left -= (cutting.bytesOf(row) || nullBytes) + comma
  }
  if (kept.length < items.length) cutting.add(path, 'rows', kept.length, items.length)
  return kept
}

const cutObject = (value: Fields, room: number, path: string, cutting: Cutting, depth: number): Fields => {
  const entries = Object.entries(value).filter(([, item]) => cutting.bytesOf(item) > 0)
  const claims = entries.map(([name, item]) => {
    const ownBytes = cutting.bytesOf(name) + 2
    return {
      ownBytes,
      bytes: ownBytes + cutting.bytesOf(item),
      leastBytes: ownBytes + leastBytes(item, cutting, depth),
    }
  })
  const shares = fairShares(claims, Math.min(room - 1, Number.MAX_SAFE_INTEGER))
  const kept = shares === undefined ? entries.slice(0, fitting(claims, room - 1)) : entries
  const cut = kept.map(([name, item], index) => {
    const { bytes, ownBytes } = claims[index]!
    return [name, cutValue(item, (shares?.[index] ?? bytes) - ownBytes, `${path}.${name}`, cutting, depth + 1)]
  })
  // More names than room: a table by key, whose rows are its entries.
  if (shares === undefined) cutting.add(path, 'entries', kept.length, entries.length)
  return Object.fromEntries(cut) as Fields
}

/** How many of several things fit into some room. */
const fitting = (claims: ReadonlyArray<{ readonly bytes: number }>, room: number): number => {
  let left = room
  return claims.findIndex(({ bytes }) => (left -= bytes) < 0)
}

/** What is left of a value, in bytes, when it is cut as far as that goes. */
const leastBytes = (value: unknown, cutting: Cutting, depth: number): number => {
  const bytes = cutting.bytesOf(value)
  const isCuttable = typeof value === 'string' || (isContainer(value) && depth < deepest)
  return isCuttable ? Math.min(bytes, shortestBytes) : bytes
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !('toJSON' in value)

interface Fields {
  readonly [name: string]: unknown
}

const nullBytes = 4
// A name, a date, an identifier: useless in part, and small.
const shortestBytes = 64
// What lies deeper stays or goes as a whole.
const deepest = 100
