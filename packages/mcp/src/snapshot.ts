import type { Registered, Registry } from './internals.ts'
import type { Registrations } from './registrations.ts'
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
 *
 * @param registrations says when what is registered may be something else
 */
export const snapshotOf = (registry: Registry, registrations: Registrations): Snapshot => {
  const values: unknown[] = []
  for (const name of Object.keys(registry)) {
    values.push(name)
    for (const field of listedFields) values.push((registry[name] as Registered)[field])
  }
  const remembered = values.map((value) => remember(value))
  let things = Object.values(registry)
  let count = registrations()
  const isCurrent = (): boolean => {
    // To go through a registry of fifty takes longer than all the rest.
    if (count === registrations()) return areSame(things, remembered)
    if (!holds(registry, remembered)) return false
    things = Object.values(registry)
    count = registrations()
    return true
  }
  return { values, isCurrent }
}

const areSame = (things: readonly Registered[], values: readonly unknown[]): boolean => {
  let at = 0
  for (const registered of things) {
    if (!isSame(registered, values, at)) return false
    at += listedFields.length + 1
  }
  return true
}

const holds = (registry: Registry, values: readonly unknown[]): boolean => {
  let at = 0
  for (const name in registry) {
    if (values[at] !== name || !isSame(registry[name] as Registered, values, at)) return false
    at += listedFields.length + 1
  }
  return at === values.length
}

/** Whether the fields, in the order of `listedFields`, hold what stands after `at`. Spelt out: a loop takes five times as long. */
const isSame = (registered: Registered, values: readonly unknown[], at: number): boolean =>
  isUnchanged(values[at + 1], registered['name']) &&
  isUnchanged(values[at + 2], registered['title']) &&
  isUnchanged(values[at + 3], registered['description']) &&
  isUnchanged(values[at + 4], registered['inputSchema']) &&
  isUnchanged(values[at + 5], registered['outputSchema']) &&
  isUnchanged(values[at + 6], registered['argsSchema']) &&
  isUnchanged(values[at + 7], registered['annotations']) &&
  isUnchanged(values[at + 8], registered['icons']) &&
  isUnchanged(values[at + 9], registered['execution']) &&
  isUnchanged(values[at + 10], registered['metadata']) &&
  isUnchanged(values[at + 11], registered['resourceTemplate']) &&
  isUnchanged(values[at + 12], registered['_meta']) &&
  isUnchanged(values[at + 13], registered['enabled'])
