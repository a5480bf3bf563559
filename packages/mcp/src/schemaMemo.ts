import { isOfV2 } from './internals.ts'
import type { Registered } from './internals.ts'

/**
 * Lets the schemas of a tool be converted to JSON Schema twice at most instead of at every `tools/list` (SDK v2 converts
 * through the Standard Schema interface, 20–90 µs a tool). The conversion is kept on the schema, so that servers made
 * for each request share it when their schemas live outside the factory.
 */
export const memoiseSchemas = (tool: Registered): void => {
  if (!isOfV2(tool)) return
  memoise(tool['inputSchema'])
  memoise(tool['outputSchema'])
}

/**
 * What a schema is listed as: its JSON Schema, where its library says that through the Standard Schema interface; the
 * schema itself where it does not, or cannot.
 */
export const convertedOf = (schema: unknown, direction: 'input' | 'output'): unknown => {
  memoise(schema)
  const { jsonSchema } = (schema as { readonly '~standard'?: Standard } | null | undefined)?.['~standard'] ?? {}
  try {
    return jsonSchema?.[direction]?.({ target: 'draft-2020-12' }) ?? schema
  } catch {
    return schema
  }
}

interface Standard {
  readonly jsonSchema?: Conversions
}

interface Conversions {
  [direction: string]: Convert | undefined
}

type Convert = (options: { readonly target?: unknown }) => unknown

const memoise = (schema: unknown): void => {
  if (schema === null || typeof schema !== 'object' || memoised.has(schema)) return
  memoised.add(schema)
  const conversions = (schema as { readonly '~standard'?: Standard })['~standard']?.jsonSchema
  if (conversions === undefined || Object.isFrozen(conversions)) return
  for (const direction of ['input', 'output']) {
    const convert = conversions[direction]
    if (typeof convert === 'function') conversions[direction] = remembered(convert.bind(conversions))
  }
}

// For each target; options that say more than the target are not ours to remember. What is given out twice is no
// conversion but the author's own object (`fromJsonSchema`): it costs nothing, and may be changed.
const remembered = (convert: Convert): Convert => {
  const byTarget = new Map<unknown, { readonly first: unknown; kept?: unknown }>()
  return (options) => {
    if (options === undefined || Object.keys(options).some((key) => key !== 'target')) return convert(options)
    const known = byTarget.get(options.target)
    if (known?.kept !== undefined) return known.kept
    const converted = convert(options)
    if (known === undefined) byTarget.set(options.target, { first: converted })
    else if (known.first !== converted) known.kept = frozenCopy(converted)
    return known?.kept ?? converted
  }
}

// Parts of it may be the author's own.
const frozenCopy = (converted: unknown): unknown => {
  try {
    return deepFreeze(structuredClone(converted))
  } catch {
    return undefined
  }
}

const deepFreeze = <Value>(value: Value): Value => {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}

const memoised = new WeakSet<object>()
