import { fingerprintOf, isZod } from './fingerprint.ts'
import { registryOf } from './internals.ts'
import type { RegistryName } from './internals.ts'
import type { Registrations } from './registrations.ts'
import { convertedOf } from './schemaMemo.ts'
import { listedFields, snapshotOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** What the list methods of an `McpServer` answer from, summed up: for the keys of cached lists. */
export interface Catalogue {
  /** A text that changes when what the method lists changes; undefined when that cannot be known. */
  revisionOf(method: string): string | undefined
}

/** The registry that a list method reads. */
export const listedBy: { readonly [method: string]: RegistryName | undefined } = {
  __proto__: null as never,
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'templates',
}

/** The catalogue of a server; the fingerprint of a registry is made anew only when it has changed. */
export const catalogue = (server: object, registrations: Registrations): Catalogue => {
  const kept = new Map<RegistryName, { readonly snapshot: Snapshot; readonly fingerprint: string }>()
  const fingerprint = (name: RegistryName): string | undefined => {
    const known = kept.get(name)
    if (known?.snapshot.isCurrent() === true) return known.fingerprint
    const registry = registryOf(server, name)
    if (registry === undefined) return undefined
    const snapshot = snapshotOf(registry, registrations)
    const made = fingerprintOf(snapshot.values.map(listedValue))
    kept.set(name, { snapshot, fingerprint: made })
    return made
  }
  return {
    revisionOf: (method) => {
      const name = listedBy[method]
      if (name === undefined) return undefined
      const own = fingerprint(name)
      // Templates answer part of resources/list through their list callbacks.
      return method === 'resources/list' && own !== undefined ? `${own} ${fingerprint('templates') ?? ''}` : own
    },
  }
}

// A zod schema says more cheaply than by a conversion what it is listed as; of others nothing else is known. Data is read
// as it is now, which the description of its object is not: that is remembered.
const listedValue = (value: unknown, index: number): unknown => {
  const field = listedFields[(index % (listedFields.length + 1)) - 1] ?? ''
  if (data.has(field)) return asJson(value)
  const direction = directions[field]
  return direction === undefined || isZod(value) ? value : convertedOf(value, direction)
}

const asJson = (value: unknown): unknown => {
  try {
    return JSON.stringify(value)
  } catch {
    return value
  }
}

const data: ReadonlySet<string> = new Set(['annotations', 'icons', 'execution', 'metadata', '_meta'])

const directions: { readonly [field: string]: 'input' | 'output' | undefined } = {
  inputSchema: 'input',
  argsSchema: 'input',
  outputSchema: 'output',
}
