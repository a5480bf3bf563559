import { chownSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { run } from './account.ts'
import type { Account } from './account.ts'

// A Unix socket's path holds 103 bytes on macOS, 107 on Linux; `/data-18/.s.PGSQL.5432` comes behind ours.
const maxPathBytes = 80

/**
 * The directory in which the server's user keeps its data: `millrace-atlas` in the user's cache directory, or one in the
 * system's temporary directory when that user cannot write there (root's home is closed to `postgres`).
 */
export async function home(account: Account, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const candidates = [join(cacheDirectory(env), 'millrace-atlas'), join(tmpdir(), `millrace-atlas-${account.uid}`)]
  for (const candidate of candidates) {
    if (await claim(candidate, account)) return candidate
  }
  throw new Error(
    `The database can be kept neither in ${candidates.join(' nor in ')}; set XDG_CACHE_HOME to a directory.`,
  )
}

/** Makes `directory` the account's own; false when it is somebody else's, out of reach or too long for a socket. */
export async function claim(directory: string, account: Account): Promise<boolean> {
  if (Buffer.byteLength(directory) > maxPathBytes) return false
  let isNew = false
  try {
    mkdirSync(dirname(directory), { recursive: true })
    isNew = mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined
    if (isOwn(directory, account) && (await isWritable(directory, account))) return true
    if (isNew) rmdirSync(directory)
  } catch {
    // Not ours to make: the caller has another place.
  }
  return false
}

function isOwn(directory: string, account: Account): boolean {
  // Not stat: in a shared temporary directory the name could be somebody's link to somewhere else.
  const found = lstatSync(directory)
  // Made by root, just now or by a run that goes on at the same time.
  const isRoots = account.isDropped && found.uid === 0
  if (isRoots && found.isDirectory()) chownSync(directory, account.uid, account.gid)
  return found.isDirectory() && (isRoots || found.uid === account.uid)
}

async function isWritable(directory: string, account: Account): Promise<boolean> {
  return (await run(account, 'test', ['-w', directory, '-a', '-x', directory])).isOk
}

function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const configured = env['XDG_CACHE_HOME']
  return configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), '.cache')
}
