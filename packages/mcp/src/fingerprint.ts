import { sha256 } from '@millrace/core'

/**
 * A short text that is equal for two values that mean the same to a list method: two servers that register the same
 * tools have the same fingerprint, whether their schemas are the same objects or built again. What an object says is
 * read once; schemas that are kept in a module cost a lookup afterwards.
 */
export const fingerprintOf = (values: readonly unknown[]): string =>
  sha256(values.map((value) => describe(value, 0)).join('\u0000'))

/** Whether a value is a schema of zod, whose definition can be read. */
export const isZod = (value: unknown): value is Schema =>
  value !== null && typeof value === 'object' && ('_zod' in value || '_def' in value)

const describe = (value: unknown, depth: number): string => {
  // Some libraries' schemas are functions.
  if (typeof value === 'function' && '~standard' in value) return identity(value)
  if (value === null || typeof value !== 'object') {
    // A function by its text: those of `refine` and `transform` are made anew with each server, and are not listed.
    return `${typeof value}:${String(value)}`
  }
  const known = descriptions.get(value)
  if (known !== undefined) return known
  // Deeper than any schema a person writes: told apart by identity, which is never wrong, only never equal.
  if (depth > 40 || !isReadable(value)) return identity(value)
  // Set before its parts are read, so that a schema that contains itself comes to an end.
  descriptions.set(value, `cycle:${depth}`)
  const text = isZod(value) ? describeSchema(value, depth) : describeFields(value, depth)
  const short = text.length > 64 ? sha256(text) : text
  descriptions.set(value, short)
  return short
}

/** What a JSON Schema of a zod schema depends on: its definition, and what `meta` or `describe` added. */
const describeSchema = (schema: Schema, depth: number): string => {
  const definition: { [field: string]: unknown } = { ...(schema._zod?.def ?? schema._def) }
  for (const field of behindFunctions) {
    const read = definition[field]
    if (typeof read === 'function') definition[field] = given(read as () => unknown)
  }
  return `schema(${describe(definition, depth + 1)},${describeMeta(schema, depth)})`
}

/** What zod keeps behind functions though it is listed: two of the same text may give different things. */
const behindFunctions = ['shape', 'getter', 'defaultValue', 'catchValue'] as const

const given = (read: () => unknown): unknown => {
  try {
    return read()
  } catch {
    return read
  }
}

const describeMeta = (schema: Schema, depth: number): string => {
  const meta: unknown = typeof schema.meta === 'function' ? schema.meta() : schema.description
  return describe(meta, depth + 1)
}

const describeFields = (value: object, depth: number): string => {
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}=${describe(field, depth + 1)}`)
  return `${Array.isArray(value) ? 'array' : 'object'}(${fields.join(',')})`
}

interface Schema {
  readonly _zod?: { readonly def?: { readonly [key: string]: unknown } }
  readonly _def?: { readonly [key: string]: unknown }
  readonly description?: unknown
  readonly meta?: unknown
}

// A class instance that is no schema says nothing of itself that could be compared, apart from those `identity` knows.
const isReadable = (value: object): boolean => {
  if (Array.isArray(value) || isZod(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

const identity = (value: object): string => {
  if (value instanceof RegExp || value instanceof Date) return String(value)
  if (value instanceof Set || value instanceof Map) return describe([...value], 0)
  // A resource template, of either SDK line.
  if ('uriTemplate' in value) return `template:${String(value.uriTemplate)}`
  let id = identities.get(value)
  if (id === undefined) {
    nextIdentity += 1
    id = nextIdentity
    identities.set(value, id)
  }
  return `#${id}`
}

const descriptions = new WeakMap<object, string>()
const identities = new WeakMap<object, number>()
let nextIdentity = 0
