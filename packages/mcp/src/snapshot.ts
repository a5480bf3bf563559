import type { Registered, Registry } from './internals.ts'
import { isUnchanged, remember } from './remembered.ts'

/** What a registry held at one moment: cheap to take, cheaper to compare with what it holds now. */
export interface Snapshot {
  /** Names and fields in turn, a run of `fields.length + 1` values for each thing registered. */
  readonly values: readonly unknown[]
  /** Whether the registry still holds the same things with the same fields, in the same order. */
  isCurrent(): boolean
}

/** The fields that decide what the list methods say of a tool, prompt, resource or template. */
export const listedFields = [
  'name',
  'title',
  'description',
  'inputSchema',
  'outputSchema',
  'argsSchema',
  'annotations',
  'icons',
  'execution',
  'metadata',
  'resourceTemplate',
  '_meta',
  'enabled',
] as const

/**
 * Reads a registry. Plain data (annotations, icons, `_meta` …) is compared by what it holds, as the SDKs send what they
 * find there; a schema is another one only when it was replaced, as the SDKs' own `update` does.
 */
export const snapshotOf = (registry: Registry): Snapshot => {
  const values: unknown[] = []
  for (const name of Object.keys(registry)) {
    values.push(name)
    for (const field of listedFields) values.push((registry[name] as Registered)[field])
  }
  const remembered = values.map((value) => remember(value))
  return { values, isCurrent: () => holds(registry, remembered) }
}

const holds = (registry: Registry, values: readonly unknown[]): boolean => {
  let at = 0
  for (const name in registry) {
    if (values[at] !== name) return false
    const registered = registry[name] as Registered
    for (const field of listedFields) {
      at += 1
      if (!isUnchanged(values[at], registered[field])) return false
    }
    at += 1
  }
  return at === values.length
}
