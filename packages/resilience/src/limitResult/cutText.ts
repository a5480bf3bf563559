import type { Cutting } from './cutting.ts'
import { cutValue } from './cutValue.ts'
import { rooms } from './rooms.ts'
import { cutString, endThatFits, fitsIn } from './shorten.ts'

/**
 * A text that fits into some room as a JSON string, and has no more lines than it may. JSON is cut as JSON and stays
 * JSON; anything else loses whole lines from its end, or, when that would lose most of it, a part of one. No character
 * is cut in two.
 */
export const cutText = (text: string, room: number, path: string, cutting: Cutting): string => {
  const isSmall = fitsIn(text, room)
  if (isSmall && cutting.maxRows === Infinity) return text
  const value = cutting.valueOf(text)
  if (value === undefined) return cutLines(text, room, path, cutting)
  return isSmall ? cutJsonRows(text, value, path, cutting) : cutJson(text, value, room, path, cutting)
}

/** The text of a value as JSON, in the form of another: on one line or on many. */
export const likeJson = (text: string, value: unknown): string =>
  text.includes('\n') ? JSON.stringify(value, undefined, 2) : JSON.stringify(value)

const cutJsonRows = (text: string, value: unknown, path: string, cutting: Cutting): string => {
  const known = cutting.parts.length
  const cut = cutValue(value, Infinity, path, cutting)
  return cutting.parts.length === known ? text : likeJson(text, cut)
}

const cutJson = (text: string, value: unknown, room: number, path: string, cutting: Cutting): string => {
  const known = cutting.parts.length
  // Quotes are escaped once more and lines indented, which costs about the same part of any beginning.
  for (const ownRoom of rooms((room * cutting.bytesOf(value)) / cutting.bytesOf(text), 2)) {
    cutting.parts.length = known
    const cut = likeJson(text, cutValue(value, ownRoom, path, cutting))
    if (fitsIn(cut, room)) return cut
  }
  cutting.parts.length = known
  return cutLines(text, room, path, cutting)
}

const cutLines = (text: string, room: number, path: string, cutting: Cutting): string => {
  const byBytes = endThatFits(text, room)
  const end = Math.min(byBytes, endOfLines(text, cutting.maxRows))
  if (end === text.length) return text
  const lineEnd = text[end] === '\n' ? end : text.lastIndexOf('\n', end)
  if (end < byBytes || lineEnd * 2 > end) {
    const kept = text.slice(0, lineEnd)
    cutting.add(path, 'lines', linesIn(kept), linesIn(text))
    return kept
  }
  const kept = cutString(text, room)
  cutting.add(path, 'characters', kept.length - 1, text.length)
  return kept
}

const endOfLines = (text: string, maxLines: number): number => {
  if (maxLines === Infinity) return text.length
  let end = -1
  for (let line = 0; line < maxLines; line += 1) {
    end = text.indexOf('\n', end + 1)
    if (end < 0) return text.length
  }
  return end
}

const linesIn = (text: string): number => {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
