import { freezeTree, jsonOf, sha256 } from '@millrace/core'
import type { Entry, Result } from '@millrace/core'

/** An entry as it is written. */
export interface Row {
  readonly sum: number
  readonly head: string
  readonly body: Uint8Array
}

/** A number for a name, of 48 bits. Two names may have one: whoever finds something by it compares the name. */
export const idOf = (name: string): number => Buffer.from(sha256(name), 'base64url').readUIntBE(0, 6)

export const rowOf = (key: string, entry: Entry): Row => {
  const { storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal = null, target = null, tags } = entry
  const parts: Head = [key, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags]
  const head = JSON.stringify(parts)
  const body = Buffer.from(jsonOf(entry.result) ?? JSON.stringify(entry.result))
  return { sum: sumOf(head, body), head, body }
}

/**
 * The entry of this key in a row, its result new and frozen through and through; undefined when the row is another
 * key's.
 *
 * @throws Error when the row is not as it was written
 */
export const entryOf = (key: string, { sum, head, body }: Row): Entry | undefined => {
  if (sum !== sumOf(head, body)) throw new Error('an entry on disk is not as it was written')
  const parts = JSON.parse(head) as Head
  if (parts[0] !== key) return undefined
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
  return { result: freezeTree(JSON.parse(text) as Result), ...aboutOf(parts) }
}

/** What a row's head says of its entry. @throws SyntaxError when it is none */
export const glance = (head: string): Omit<Entry, 'result'> => aboutOf(JSON.parse(head) as Head)

type Head = readonly [
  key: string,
  storedAt: number,
  freshUntil: number,
  keptUntil: number,
  loadMs: number,
  bytes: number,
  operation: string,
  principal: string | null,
  target: string | null,
  tags: readonly string[],
]

const aboutOf = (parts: Head): Omit<Entry, 'result'> => {
  const [, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags] = parts
  return {
    storedAt,
    freshUntil,
    keptUntil,
    loadMs,
    bytes,
    operation,
    ...(principal === null ? {} : { principal }),
    ...(target === null ? {} : { target }),
    tags,
  }
}

const sumOf = (head: string, body: Uint8Array): number => {
  zlib ??= process.getBuiltinModule('node:zlib')
  return zlib.crc32(body, zlib.crc32(head))
}

// Not imported, as whoever keeps nothing on disk need not load it.
let zlib: typeof import('node:zlib') | undefined
