import { matches } from '@millrace/core'
import type { Match } from '@millrace/core'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openDatabase, pageBytes } from './database.ts'
import { glance } from './row.ts'
import type { Row } from './row.ts'

/** A row and what its place among others depends on. */
export interface Written extends Row {
  readonly id: number
  readonly keptUntil: number
  readonly tagIds: readonly number[]
}

/** What one step of an invalidation did. */
export interface Dropped {
  readonly count: number
  /** Where the next step begins; undefined when there is none. */
  readonly next: number | undefined
}

/** The bounds of a table. */
export interface Bounds {
  readonly maxBytes: number
  readonly maxEntries: number
}

/** The entries in one file. What changes them belongs into a transaction. */
export class Table {
  readonly #database: DatabaseSync
  readonly #bounds: Bounds
  readonly #statements = new Map<string, StatementSync>()

  /** @throws what SQLite throws */
  constructor(path: string, bounds: Bounds) {
    this.#database = openDatabase(path, bounds.maxBytes)
    this.#bounds = bounds
  }

  read(id: number): (Row & { readonly kept: number }) | undefined {
    return this.#prepared('SELECT kept, sum, head, body FROM entry WHERE id = ?').get(id) as never
  }

  /** All of it, or nothing. @throws what SQLite throws, and what `act` throws */
  transaction(act: () => void): void {
    this.#prepared('BEGIN IMMEDIATE').run()
    try {
      act()
      this.#prepared('COMMIT').run()
    } catch (error) {
      // Some errors have ended it already.
      if (this.#database.isTransaction) this.#prepared('ROLLBACK').run()
      throw error
    }
  }

  /** @returns how many others went for it; undefined when there is no room for it */
  put({ id, keptUntil, sum, head, body, tagIds }: Written): number | undefined {
    this.remove(id)
    const size = head.length + body.length
    if (size > this.#bounds.maxBytes / 2) return undefined
    const evicted = this.#makeRoom(size)
    this.#prepared(insert).run(id, keptUntil, size, sum, head, body)
    for (const tagId of tagIds) this.#prepared('INSERT OR IGNORE INTO tag VALUES (?, ?)').run(tagId, id)
    return evicted
  }

  remove(id: number): boolean {
    return this.#prepared('DELETE FROM entry WHERE id = ?').run(id).changes !== 0
  }

  /** Drops what matches among some of the entries: those from `after` on that have this tag, if any. */
  drop(match: Match, tagId: number | undefined, after: number): Dropped {
    const found = (tagId === undefined
      ? this.#prepared(scan).all(after, stride)
      : this.#prepared(scanTagged).all(tagId, after, stride)) as unknown as ReadonlyArray<{ id: number; head: string }>
    let count = 0
    for (const { id, head } of found) if (isMatch(match, head)) count += Number(this.remove(id))
    return { count, next: found.length < stride ? undefined : found.at(-1)?.id }
  }

  /** Drops some of what has expired. */
  expire(now: number): number {
    return Number(this.#prepared(expired).run(now, stride).changes)
  }

  /** When the next entry expires, in clock milliseconds. */
  get nextExpiry(): number | undefined {
    const { kept } = this.#prepared('SELECT min(kept) AS kept FROM entry').get() as { readonly kept: number | null }
    return kept ?? undefined
  }

  get total(): { readonly entries: number; readonly bytes: number } {
    return this.#prepared('SELECT entries, bytes FROM total').get() as never
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #makeRoom(size: number): number {
    let evicted = 0
    while (this.#isFullFor(size)) {
      const changes = Number(this.#prepared(oldest).run().changes)
      if (changes === 0) break
      evicted += changes
    }
    return evicted
  }

  #isFullFor(size: number): boolean {
    const { maxBytes, maxEntries } = this.#bounds
    if (this.#usedBytes + size + spareBytes > maxBytes) return true
    return maxEntries < Infinity && this.total.entries >= maxEntries
  }

  get #usedBytes(): number {
    const { page_count: pages } = this.#prepared('PRAGMA page_count').get() as { readonly page_count: number }
    const free = this.#prepared('PRAGMA freelist_count').get() as { readonly freelist_count: number }
    return (pages - free.freelist_count) * pageBytes
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

const isMatch = (match: Match, head: string): boolean => {
  try {
    return matches(match, glance(head))
  } catch {
    // What it is about nobody can tell any more, so it may be meant.
    return true
  }
}

const insert = 'INSERT INTO entry VALUES (?, (SELECT ifnull(max(seq), 0) + 1 FROM entry), ?, ?, ?, ?, ?)'
const oldest = 'DELETE FROM entry WHERE id IN (SELECT id FROM entry ORDER BY seq LIMIT 1)'
const expired = 'DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE kept <= ? LIMIT ?)'
const scan = 'SELECT id, head FROM entry WHERE id > ? ORDER BY id LIMIT ?'
const scanTagged =
  'SELECT entry.id AS id, head FROM tag JOIN entry ON entry.id = tag.id WHERE tag = ? AND tag.id > ? ORDER BY tag.id LIMIT ?'

// What one turn of the event loop may be spent on.
const stride = 256

// Pages that trees need to split on the way to a leaf: entries, two indexes, tags and their index.
const spareBytes = 16 * pageBytes
