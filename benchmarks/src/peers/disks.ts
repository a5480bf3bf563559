import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Maybe } from '@millrace/core'
import { peer } from '../case.ts'

/** Something that keeps bytes on disk. */
export interface Disk {
  readonly name: string
  readonly note: string
  readonly open: () => Promise<{
    get(key: string): Maybe<Uint8Array | undefined>
    set(key: string, value: Buffer): Maybe<unknown>
  }>
}

/** A folder that goes with the process. */
export const ownFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'millrace-bench-disk-'))
  process.on('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

const table = 'CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB)'
const reading = 'SELECT value FROM entry WHERE key = ?'
const writing = 'INSERT OR REPLACE INTO entry VALUES (?, ?)'
const settings =
  'PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000'

/** What a disk store may stand on, doing nothing but keeping bytes. */
export const disks: readonly Disk[] = [
  {
    name: 'node:sqlite',
    note: 'in Node from 22.13; a damaged file is an error',
    open: async () => {
      const { DatabaseSync } = await peer(() => import('node:sqlite'))
      const database = new DatabaseSync(join(ownFolder(), 'x.db'))
      database.exec(settings)
      database.exec(table)
      const [get, set] = [database.prepare(reading), database.prepare(writing)]
      return {
        get: (key) => get.get(key)?.['value'] as Uint8Array | undefined,
        set: (key, value) => set.run(key, value),
      }
    },
  },
  {
    name: 'better-sqlite3',
    note: 'as node:sqlite; 12 MB more to install',
    open: async () => {
      const { default: Database } = await peer(() => import('better-sqlite3'))
      const database = new Database(join(ownFolder(), 'x.db'))
      database.exec(settings)
      database.exec(table)
      const [get, set] = [database.prepare<[string], Buffer>(reading).pluck(), database.prepare(writing)]
      return { get: (key) => get.get(key), set: (key, value) => set.run(key, value) }
    },
  },
  {
    name: 'lmdb',
    note: 'a damaged file ends the process (SIGBUS, SIGSEGV)',
    open: async () => {
      const { open } = await peer(() => import('lmdb'))
      const database = open<Buffer, string>({ path: ownFolder(), encoding: 'binary' })
      return { get: (key) => database.getBinary(key), set: (key, value) => database.putSync(key, value) }
    },
  },
  {
    name: 'cacache',
    note: 'a file for each entry, named by its hash; no bound',
    open: async () => {
      const { default: cacache } = await peer(() => import('cacache'))
      const path = ownFolder()
      return {
        get: async (key) => (await cacache.get(path, key, { memoize: false })).data,
        set: (key, value) => cacache.put(path, key, value),
      }
    },
  },
]
