import type { Entry } from '@millrace/core'

/**
 * What an entry takes in memory, in bytes, close to what V8 uses for it: strings by their characters, objects and
 * arrays by their fields, the store's own bookkeeping, and the result once more as JSON, which a door that writes bytes
 * has it remember. JSON length alone would count a result of many small fields at a third of what it occupies, and a
 * small result at a tenth.
 */
export const weigh = (key: string, entry: Entry): number => {
  let weight = bookkeeping + (entry.bytes || 0) + weighText(key) + 100 * entry.tags.length
  // A stack of its own: a result may be nested deeper than the call stack allows.
  const rest: object[] = [entry.result]
  const weighOne = (value: unknown): void => {
    weight += 8
    if (typeof value === 'string') weight += weighText(value)
    else if (typeof value === 'number') weight += 12
    else if (value !== null && typeof value === 'object') rest.push(value)
  }
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    weight += 32
    if (Array.isArray(value)) for (const item of value) weighOne(item)
    else for (const name in value) weighOne((value as { readonly [name: string]: unknown })[name])
  }
  return weight
}

// A character takes one byte, or two in a string that has one which Latin-1 lacks.
const weighText = (text: string): number => 24 + (isLatin1(text) ? 1 : 2) * text.length

// To count bytes is five times faster, and tells for text in ASCII.
const isLatin1 = (text: string): boolean => Buffer.byteLength(text) === text.length || !beyondLatin1.test(text)

const beyondLatin1 = /[^\0-\xff]/

// The entry, its item, its places on the shelf and in the heap, measured over 100,000 small entries.
const bookkeeping = 350
