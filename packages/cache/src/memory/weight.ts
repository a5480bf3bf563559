import type { Entry } from '@millrace/core'
import { TextEntry } from '../loads/textEntry.ts'
import { weighText, weighTree } from './treeWeight.ts'

/**
 * What an entry takes in memory, in bytes, close to what V8 uses for it: strings by their characters, objects and
 * arrays by their fields, the store's own bookkeeping, and the result once more as JSON, which a door that writes bytes
 * has it remember. JSON length alone would count a result of many small fields at a third of what it occupies, and a
 * small result at a tenth.
 */
export const weigh = (key: string, entry: Entry): number => {
  const tree = entry instanceof TextEntry ? entry.weight : weighTree(entry.result)
  return bookkeeping + (entry.bytes || 0) + weighText(key) + 100 * entry.tags.length + tree
}

// The entry, its item, its places on the shelf and in the heap, measured over 100,000 small entries.
const bookkeeping = 350
