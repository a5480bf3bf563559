import type { Item, Shelf } from './shelf.ts'

/**
 * Least frequently used goes first, of those the one least recently used. Each operation is O(1): items of equal
 * frequency stand in one list, and the lists in a list by frequency (Shah, Mitra, Matani 2010). After ten uses for
 * each item all counts are halved, so that what was popular once does not stay for ever.
 */
export const lfu = (): Shelf => new LfuShelf()

const usesPerItem = 10

class LfuShelf implements Shelf {
  readonly #nodes = new Map<string, Node>()
  #rarest: Bucket | undefined
  #uses = 0

  get size(): number {
    return this.#nodes.size
  }
  get(key: string): Item | undefined {
    const node = this.#nodes.get(key)
    if (node === undefined) return undefined
    this.#promote(node)
    this.#uses += 1
    if (this.#uses > usesPerItem * this.#nodes.size) this.#age()
    return node.item
  }
  peek(key: string): Item | undefined {
    return this.#nodes.get(key)?.item
  }
  add(item: Item): void {
    const first = this.#rarest
    const bucket = first?.frequency === 1 ? first : this.#insertBucket(1, undefined)
    this.#nodes.set(item.key, bucket.append(new Node(item, bucket)))
  }
  take(key: string): void {
    const node = this.#nodes.get(key)
    if (node === undefined) return
    this.#nodes.delete(key)
    this.#leave(node)
  }
  evict(): Item | undefined {
    const item = this.#rarest?.oldest?.item
    if (item !== undefined) this.take(item.key)
    return item
  }
  *values(): Iterable<Item> {
    for (const { item } of this.#nodes.values()) yield item
  }
  clear(): void {
    this.#nodes.clear()
    this.#rarest = undefined
    this.#uses = 0
  }

  #promote(node: Node): void {
    const { bucket } = node
    const wanted = bucket.frequency + 1
    const next = bucket.following?.frequency === wanted ? bucket.following : this.#insertBucket(wanted, bucket)
    this.#leave(node)
    next.append(node)
  }

  #leave(node: Node): void {
    const { bucket } = node
    bucket.unlink(node)
    if (bucket.oldest !== undefined) return
    if (bucket.previous === undefined) this.#rarest = bucket.following
    else bucket.previous.following = bucket.following
    if (bucket.following !== undefined) bucket.following.previous = bucket.previous
  }

  #insertBucket(frequency: number, after: Bucket | undefined): Bucket {
    const bucket = new Bucket(frequency)
    bucket.previous = after
    bucket.following = after === undefined ? this.#rarest : after.following
    if (after === undefined) this.#rarest = bucket
    else after.following = bucket
    if (bucket.following !== undefined) bucket.following.previous = bucket
    return bucket
  }

  /** Halves every frequency; where two become one, the rarer items stay in front. */
  #age(): void {
    this.#uses = 0
    let last: Bucket | undefined
    for (let bucket = this.#rarest; bucket !== undefined; bucket = bucket.following) {
      const frequency = Math.max(1, Math.floor(bucket.frequency / 2))
      if (last?.frequency === frequency) {
        last.appendAll(bucket)
        last.following = bucket.following
        if (bucket.following !== undefined) bucket.following.previous = last
      } else {
        bucket.frequency = frequency
        last = bucket
      }
    }
  }
}

/** The items used equally often, the one least recently used first. */
class Bucket {
  frequency: number
  previous: Bucket | undefined
  following: Bucket | undefined
  oldest: Node | undefined
  newest: Node | undefined

  constructor(frequency: number) {
    this.frequency = frequency
  }

  append(node: Node): Node {
    node.bucket = this
    node.previous = this.newest
    node.following = undefined
    if (this.newest === undefined) this.oldest = node
    else this.newest.following = node
    this.newest = node
    return node
  }

  appendAll(other: Bucket): void {
    for (let node = other.oldest; node !== undefined;) {
      const { following } = node
      this.append(node)
      node = following
    }
  }

  unlink(node: Node): void {
    if (node.previous === undefined) this.oldest = node.following
    else node.previous.following = node.following
    if (node.following === undefined) this.newest = node.previous
    else node.following.previous = node.previous
  }
}

class Node {
  readonly item: Item
  bucket: Bucket
  previous: Node | undefined
  following: Node | undefined

  constructor(item: Item, bucket: Bucket) {
    this.item = item
    this.bucket = bucket
  }
}
