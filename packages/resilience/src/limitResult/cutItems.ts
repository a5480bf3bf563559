import { cutText } from './cutText.ts'
import type { Cutting } from './cutting.ts'
import { bytesOf } from './measure.ts'
import { fairShares } from './shares.ts'

/** An item of `content` or `contents`: text, an image, a resource. */
export interface Item {
  readonly [field: string]: unknown
}

/**
 * Items that fit into some room and are no more than `maxRows`. A few texts share it: short ones stay whole, long ones
 * are cut. Of many, the first ones stay. What is no text (an image, a blob, a link) stays whole or goes.
 */
export const cutItems = (items: readonly Item[], room: number, path: string, cutting: Cutting): readonly Item[] => {
  const claims = items.map((item) => {
    const bytes = cutting.bytesOf(item) + 1
    return { bytes, leastBytes: textOf(item) === undefined ? bytes : Math.min(bytes, worthwhileBytes) }
  })
  const shares =
    items.length > cutting.maxRows ? undefined : fairShares(claims, Math.min(room - 1, Number.MAX_SAFE_INTEGER))
  if (shares === undefined) return firstItems(items, room, path, cutting)
  return items.map((item, index) => cutItem(item, shares[index]! - 1, `${path}[${index}]`, cutting))
}

const firstItems = (items: readonly Item[], room: number, path: string, cutting: Cutting): readonly Item[] => {
  const kept: Item[] = []
  let left = room - 1
  for (const [index, item] of items.entries()) {
    if (kept.length >= cutting.maxRows) break
    const bytes = cutting.bytesOf(item) + 1
    const isWhole = bytes <= left
    if (!isWhole && textOf(item) === undefined) continue
    if (!isWhole && left < worthwhileBytes) break
    const cut = cutItem(item, (isWhole ? bytes : left) - 1, `${path}[${index}]`, cutting)
    kept.push(cut)
    if (!isWhole) break
    left -= cutting.bytesOf(cut) + 1
  }
  cutting.add(path, 'items', kept.length, items.length)
  return kept
}

const cutItem = (item: Item, room: number, path: string, cutting: Cutting): Item => {
  const text = textOf(item)
  if (text === undefined) return item
  const isEmbedded = typeof item['text'] !== 'string'
  const textRoom = room - bytesOf(withText(item, isEmbedded, '')) + 2
  const cut = cutText(text, textRoom, isEmbedded ? `${path}.resource.text` : `${path}.text`, cutting)
  return cut === text ? item : withText(item, isEmbedded, cut)
}

const withText = (item: Item, isEmbedded: boolean, text: string): Item =>
  isEmbedded ? { ...item, resource: { ...(item['resource'] as Item), text } } : { ...item, text }

/** The text of an item: a text's, an embedded resource's, a read resource's. */
const textOf = (item: Item | undefined): string | undefined => {
  const { text, resource } = item ?? {}
  if (typeof text === 'string') return text
  const embedded = (resource as Item | null | undefined)?.['text']
  return typeof embedded === 'string' ? embedded : undefined
}

// Less of a text than this says nothing.
const worthwhileBytes = 256
