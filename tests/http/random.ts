/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** An integer from 0 to `below` − 1. */
  below(below: number): number
  /** One of several. */
  of<Item>(items: readonly Item[]): Item
  /** Bytes, some of which are no UTF-8. */
  bytes(length: number): Buffer
}

/** @param seed an integer */
export const random = (seed: number): Random => {
  let state = seed | 0
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    of: (items) => items[below(items.length)] as never,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}
