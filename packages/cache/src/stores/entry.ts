import type { Call, Entry, Result } from '@millrace/core'
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
  if (!isRecord(value)) return undefined
  const { result, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags } = value
  if (!isRecord(result) || Array.isArray(result) || !isNames(tags)) return undefined
  if (operation !== lane.name) return undefined
  const owner = lane.settings.isPublic ? undefined : call.principal
  // Other languages write null for what is not there.
  if ((principal ?? undefined) !== owner || !isText(target ?? undefined)) return undefined
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
    principal: owner,
    target: (target ?? undefined) as string | undefined,
    tags: [...tags],
  }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object'

const isTime = (value: unknown): value is number => Number.isFinite(value)

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string'

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string')
