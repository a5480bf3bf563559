import type { Call, Entry } from '@millrace/core'
import type { Lane } from '../plan/lane.ts'

/** Whether something a store gave is an entry, and one that this call may be given. */
export const isEntryFor = (value: unknown, call: Call, lane: Lane): value is Entry => {
  if (!isRecord(value) || !isRecord(value['result']) || Array.isArray(value['result'])) return false
  const { operation, principal, tags } = value
  return (
    operation === lane.name &&
    (principal ?? undefined) === (lane.settings.isPublic ? undefined : call.principal) &&
    Array.isArray(tags) &&
    times.every((name) => Number.isFinite(value[name]))
  )
}

const times = ['storedAt', 'freshUntil', 'keptUntil', 'loadMs', 'bytes'] as const

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object'
