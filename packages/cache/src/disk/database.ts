import { MillraceError } from '@millrace/core'
import type { DatabaseSync } from 'node:sqlite'
import { patiently } from './patiently.ts'

/**
 * Opens a file with our tables, makes them where they are missing, and lets several processes at it at once.
 *
 * @throws what SQLite throws
 */
export const openDatabase = (path: string, maxBytes: number): DatabaseSync => {
  const database = new (sqlite().DatabaseSync)(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${openingMs}; PRAGMA page_size = ${pageBytes}`)
    patiently(() => database.exec('PRAGMA journal_mode = WAL'), openingMs)
    database.exec(settings)
    patiently(() => database.exec(schema), openingMs)
    if (maxBytes < Infinity) database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`)
    database.exec(`PRAGMA busy_timeout = ${busyMs}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Where a page ends, in bytes: twice SQLite's own, so that results of several kilobytes lie in few. */
export const pageBytes = 8_192

const openingMs = 5_000

// The thread stands still meanwhile: longer waits are the queue's.
const busyMs = 5

// A crash of the process loses nothing that was committed; one of the machine is told by its boot. Not mapped into
// memory: a file that somebody cuts short would end the process.
const settings = `
  PRAGMA synchronous = OFF;
  PRAGMA mmap_size = 0;
  PRAGMA cell_size_check = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA recursive_triggers = ON;
  PRAGMA cache_size = -8000;
  PRAGMA wal_autocheckpoint = 256;
  PRAGMA journal_size_limit = 4194304`

// What is read by itself (head) stands before what may be long (body).
const schema = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, kept REAL NOT NULL, size INTEGER NOT NULL,
    sum INTEGER NOT NULL, head TEXT NOT NULL, body BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS entry_seq ON entry (seq);
  CREATE INDEX IF NOT EXISTS entry_kept ON entry (kept);
  CREATE TABLE IF NOT EXISTS tag (tag INTEGER, id INTEGER, PRIMARY KEY (tag, id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS tag_id ON tag (id);
  CREATE TABLE IF NOT EXISTS total (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER, bytes INTEGER);
  INSERT OR IGNORE INTO total VALUES (1, 0, 0);
  CREATE TRIGGER IF NOT EXISTS entry_in AFTER INSERT ON entry BEGIN
    UPDATE total SET entries = entries + 1, bytes = bytes + new.size;
  END;
  CREATE TRIGGER IF NOT EXISTS entry_out AFTER DELETE ON entry BEGIN
    UPDATE total SET entries = entries - 1, bytes = bytes - old.size;
    DELETE FROM tag WHERE id = old.id;
  END;
  COMMIT`

// Not imported: Node before 22.13 has none, and whoever keeps nothing on disk need not load it.
const sqlite = (): typeof import('node:sqlite') => {
  const found = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined
  if (found !== undefined) return found
  throw new MillraceError(`diskStore needs node:sqlite, which Node has from 22.13 on; this is ${process.version}`, {
    code: 'ERR_STORE_UNUSABLE',
  })
}
