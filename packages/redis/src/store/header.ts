import type { Entry } from '@millrace/core'

/** What of an entry is known without its result: an array, since names would be most of what is written. */
export type Header = readonly [
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

export const headerOf = (entry: Entry): Header => {
  const { storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal = null, target = null, tags } = entry
  return [storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags]
}

/** The entry without its result; undefined for anything that is no header. */
export const entryOf = (header: unknown): Omit<Entry, 'result'> | undefined => {
  if (!isHeader(header)) return undefined
  const [storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags] = header
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

const isHeader = (value: unknown): value is Header =>
  Array.isArray(value) &&
  value.length === 9 &&
  areNumbers(value) &&
  typeof value[5] === 'string' &&
  isTextOrNull(value[6]) &&
  isTextOrNull(value[7]) &&
  Array.isArray(value[8]) &&
  value[8].every((tag) => typeof tag === 'string')

const areNumbers = (header: readonly unknown[]): boolean => {
  for (let at = 0; at < 5; at += 1) if (!Number.isFinite(header[at])) return false
  return true
}

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string'
