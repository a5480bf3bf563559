import { sha256 } from '@millrace/core'

/** The names that a store's keys have in Redis. */
export class Keys {
  /** What every key of the store begins with. */
  readonly root: string
  /** What the key of every entry begins with. */
  readonly entries: string
  /** What the key of every lease begins with. */
  readonly leases: string

  constructor(namespace: string) {
    this.root = `${namespace}:`
    this.entries = `${namespace}:e:`
    this.leases = `${namespace}:l:`
  }

  /** The key of an entry: its own, or the hash of one that is long or that no other can share a server with. */
  entry(key: string): string {
    const isHashed = key.length > maxLength || (key.includes('}') && !hasHashTag(key))
    return isHashed ? `${this.entries}h:${sha256(key)}` : `${this.entries}k:${key}`
  }

  /** The key of the lease of an entry, on the same server of a cluster. @param name the key of the entry */
  lease(name: string): string {
    return hasHashTag(name) ? `${this.leases}${name.slice(this.entries.length)}` : `${this.leases}{${name}}`
  }

  /** The key of the list of entries that have a tag. */
  tag(tag: string): string {
    return `${this.root}t:${tag}`
  }
}

// What decides, in place of the whole key, which server of a cluster has it (Redis Cluster Specification, hash tags).
const hasHashTag = (key: string): boolean => {
  const open = key.indexOf('{')
  return open >= 0 && key.indexOf('}', open + 1) > open + 1
}

const maxLength = 256
