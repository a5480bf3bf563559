import { isFrozenTree } from '@millrace/core'
import type { Call, Entry, Result } from '@millrace/core'
import { Snapshot } from '../loads/snapshot.ts'
import type { Lane } from '../plan/lane.ts'

/**
 * The entry that a store gave, read once, when it is one that this call may be given; undefined for anything else.
 *
 * @param seal makes the result one that nobody can change
 * @throws what `seal` throws, and what the fields of something that is no plain value throw.
 */
export const entryFor = (
  value: unknown,
  call: Call,
  lane: Lane,
  seal: (result: Result) => Result,
): Entry | undefined => {
  const entry = plainEntry(value, seal)
  return entry !== undefined && isFor(entry, call, lane) ? entry : undefined
}

/** Whether an entry is one that this call may be given. */
export const isFor = ({ operation, principal }: Entry, call: Call, lane: Lane): boolean =>
  operation === lane.name && principal === (lane.settings.isPublic ? undefined : call.principal)

/** A result that nobody can change: this one, or what JSON makes of it. @throws what `JSON.stringify` throws */
export const sealed = (result: Result): Result => (isFrozenTree(result) ? result : new Snapshot(result, true).result)

/**
 * The entry that a store gave, read once; undefined for anything else.
 *
 * @throws what `seal` throws, and what the fields of something that is no plain value throw.
 */
export const plainEntry = (value: unknown, seal: (result: Result) => Result): Entry | undefined => {
  if (!isRecord(value)) return undefined
  const { result, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags } = value
  if (!isRecord(result) || Array.isArray(result) || typeof operation !== 'string' || !isNames(tags)) return undefined
  // Other languages write null for what is not there.
  if (!isText(principal ?? '') || !isText(target ?? '')) return undefined
  if (!isTime(storedAt) || !isTime(freshUntil) || !isTime(keptUntil) || !isTime(loadMs) || !isTime(bytes)) {
    return undefined
  }
  return {
    result: seal(result),
    storedAt,
    freshUntil,
    keptUntil,
    loadMs,
    bytes,
    operation,
    ...(isText(principal) ? { principal } : {}),
    ...(isText(target) ? { target } : {}),
    tags: [...tags],
  }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object'

const isTime = (value: unknown): value is number => Number.isFinite(value)

const isText = (value: unknown): value is string => typeof value === 'string'

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string')
