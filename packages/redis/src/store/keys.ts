import { sha256 } from '@millrace/core'

/** The names that a store's keys have in Redis. */
export class Keys {
  /** What every key of the store begins with. */
  readonly root: string
  /** What the key of every entry begins with. */
  readonly entries: string

  constructor(namespace: string) {
    this.root = `${namespace}:`
    this.entries = `${namespace}:e:`
  }

  /** The key of an entry: its own, or the hash of one that is long. */
  entry(key: string): string {
    return key.length > maxLength ? `${this.entries}h:${sha256(key)}` : `${this.entries}k:${key}`
  }

  /** The key of the list of entries that have a tag. */
  tag(tag: string): string {
    return `${this.root}t:${tag}`
  }
}

const maxLength = 256
