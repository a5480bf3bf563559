import type { Entry } from '@millrace/core'

/**
 * What an entry takes in memory, in bytes, close to what V8 uses for it: strings by their characters, objects and
 * arrays by their fields, and the store's own bookkeeping. JSON length alone would count a result of many small
 * fields at half of what it occupies, and a small result at a tenth.
 */
export const weigh = (key: string, entry: Entry): number => {
  let weight = bookkeeping + weighText(key) + 100 * entry.tags.length
  // A stack of its own: a result may be nested deeper than the call stack allows.
  const rest: unknown[] = [entry.result]
  while (rest.length > 0) {
    const value = rest.pop()
    if (typeof value === 'string') weight += weighText(value)
    else if (typeof value === 'number') weight += 12
    else if (value !== null && typeof value === 'object') {
      const values = Array.isArray(value) ? value : Object.values(value)
      weight += 32 + 8 * values.length
      for (const inner of values) rest.push(inner)
    }
  }
  return weight
}

// A character takes one byte, or two in a string that has one which Latin-1 lacks.
const weighText = (text: string): number => 24 + (beyondLatin1.test(text) ? 2 : 1) * text.length

const beyondLatin1 = /[^\0-\xff]/

// The entry, its item, its places on the shelf and in the heap, measured over 100,000 small entries.
const bookkeeping = 350
