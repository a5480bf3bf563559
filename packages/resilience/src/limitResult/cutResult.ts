import type { Result } from '@millrace/core'
import { cutItems } from './cutItems.ts'
import type { Item } from './cutItems.ts'
import { likeJson } from './cutText.ts'
import { Cutting } from './cutting.ts'
import type { CutPart } from './cutting.ts'
import { cutValue } from './cutValue.ts'
import { bytesOf } from './measure.ts'
import type { Bounds } from './measure.ts'
import { emptyNoteOf, noteOf } from './note.ts'
import { rooms } from './rooms.ts'
import { fairShares } from './shares.ts'

/** Where a whole answer can be had: a `resource_link` of the protocol, without its type. */
export interface ResourceLink {
  readonly uri: string
  readonly name: string
  readonly [field: string]: unknown
}

/** A result made smaller, and what it lost. */
export interface CutResult {
  readonly answer: Result
  readonly rows: number
  readonly keptRows: number
}

/**
 * Cuts a result to the bounds; undefined when it is within them.
 *
 * @param bytes its size as JSON
 * @param uri of the resource that was read
 */
export const cutResult = (
  result: Result,
  bytes: number,
  bounds: Bounds,
  link: ResourceLink | undefined,
  uri: string | undefined,
): CutResult | undefined => {
  const shape = shapeOf(result, bytes, bounds, link, uri)
  const cutting = new Cutting(bounds.maxRows)
  const otherBytes = bytesOf({ ...result, [shape.field]: [], structuredContent: undefined }) + shape.noteBytes
  // The note depends on what is cut, and rounding adds up: what does not fit is cut again with less room.
  const isTooLarge = bytes > bounds.maxBytes
  for (const room of isTooLarge ? rooms(bounds.maxBytes - otherBytes, 0) : [Infinity]) {
    cutting.parts.length = 0
    const body = cutBody(result, shape.field, room, cutting)
    if (cutting.parts.length === 0) return undefined
    const answer = shape.assemble(body, cutting.parts)
    if (room === Infinity || bytesOf(answer) <= bounds.maxBytes) return { answer, ...cutting.rows }
    if (room < smallestRoom) break
  }
  return { answer: shape.empty(), rows: 1, keptRows: 0 }
}

interface Body {
  readonly items: readonly Item[]
  readonly structured: unknown
}

/** The parts that may be cut: the items, and `structuredContent` with the texts that repeat it. */
const cutBody = (result: Result, field: string, room: number, cutting: Cutting): Body => {
  const items = itemsOf(result, field)
  const { structuredContent: structured } = result
  if (structured === undefined) return { items: cutItems(items, room, field, cutting), structured }
  const repeats = new Set(items.filter((item) => isRepeat(item, structured)))
  const others = items.filter((item) => !repeats.has(item))
  const structuredBytes = cutting.bytesOf(structured)
  const repeatedBytes = [...repeats].reduce((sum, item) => sum + cutting.bytesOf(item) + 1, 0)
  const claims = [bytesOf(others), structuredBytes + repeatedBytes].map((bytes) => ({ bytes, leastBytes: 2 }))
  const [othersRoom, bothRoom] = (room === Infinity ? undefined : fairShares(claims, room)) ?? [room, room]
  const structuredRoom = (bothRoom! * structuredBytes) / (structuredBytes + repeatedBytes)
  const cut = cutValue(structured, structuredRoom, 'structuredContent', cutting)
  const keptOthers = cutItems(others, othersRoom!, field, cutting)
  const repeated = [...repeats].map((item) => ({ ...item, text: likeJson(item['text'] as string, cut) }))
  const place = Math.max(
    0,
    items.findIndex((item) => repeats.has(item)),
  )
  return { items: [...keptOthers.slice(0, place), ...repeated, ...keptOthers.slice(place)], structured: cut }
}

interface Shape {
  /** Where the items are. */
  readonly field: 'content' | 'contents'
  /** What the note, the link and the numbers need. */
  readonly noteBytes: number
  assemble(body: Body, parts: readonly CutPart[]): Result
  /** The answer when nothing of it fits. */
  empty(): Result
}

const shapeOf = (
  result: Result,
  bytes: number,
  { maxBytes }: Bounds,
  link: ResourceLink | undefined,
  uri: string | undefined,
): Shape => {
  const isRead = Array.isArray(result['contents'])
  const field = isRead ? 'contents' : 'content'
  const closing = (text: string): readonly Item[] => {
    if (!isRead) return [{ type: 'text', text }, ...(link === undefined ? [] : [{ ...link, type: 'resource_link' }])]
    const rest = link === undefined ? '' : ` The whole is at ${link.uri}.`
    return [{ uri: uri ?? 'millrace:cut', mimeType: 'text/plain', text: text + rest }]
  }
  return {
    field,
    noteBytes: bytesOf(closing('')) + typicalNoteBytes,
    assemble: ({ items, structured }, parts) => ({
      ...result,
      [field]: [...items, ...closing(noteOf(parts, bytes, maxBytes))],
      ...(structured === undefined ? {} : { structuredContent: structured }),
      _meta: {
        ...(result['_meta'] as object | undefined),
        'millrace/cut': { bytes, parts: parts.slice(0, mostParts) },
      },
    }),
    empty: () => ({ [field]: closing(emptyNoteOf(bytes, maxBytes)), _meta: { 'millrace/cut': { bytes, parts: [] } } }),
  }
}

const itemsOf = (result: Result, field: string): readonly Item[] => {
  const items = result[field]
  return Array.isArray(items) ? (items as readonly Item[]) : []
}

/** Whether an item is the text of `structuredContent`, as the protocol recommends for older clients. */
const isRepeat = ({ text }: Item, structured: unknown): boolean =>
  typeof text === 'string' && /^\s*[[{]/.test(text) && text === likeJson(text, structured)

const typicalNoteBytes = 600
const smallestRoom = 128
const mostParts = 20
