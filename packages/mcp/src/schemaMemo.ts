import type { Registered } from './internals.ts'

/**
 * Lets the schemas of a tool be converted to JSON Schema once instead of at every `tools/list` (SDK v2 converts
 * through the Standard Schema interface, 20–90 µs a tool). The conversion is kept on the schema, so that servers made
 * for each request share it when their schemas live outside the factory.
 */
export const memoiseSchemas = (tool: Registered): void => {
  // Only the tools of SDK v2, which have an executor, are converted that way.
  if (!('executor' in tool)) return
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
  [direction: string]: ((options: { readonly target?: unknown }) => unknown) | undefined
}

const memoise = (schema: unknown): void => {
  if (schema === null || typeof schema !== 'object' || memoised.has(schema)) return
  memoised.add(schema)
  const conversions = (schema as { readonly '~standard'?: Standard })['~standard']?.jsonSchema
  if (conversions === undefined || Object.isFrozen(conversions)) return
  for (const direction of ['input', 'output']) {
    const convert = conversions[direction]
    if (typeof convert === 'function') conversions[direction] = once(convert.bind(conversions))
  }
}

// One conversion for each target; options that say more than the target are not ours to remember.
const once = (convert: (options: { readonly target?: unknown }) => unknown) => {
  const byTarget = new Map<unknown, unknown>()
  return (options: { readonly target?: unknown }): unknown => {
    if (options === undefined || Object.keys(options).some((key) => key !== 'target')) return convert(options)
    const known = byTarget.get(options.target)
    if (known !== undefined) return known
    const converted = deepFreeze(convert(options))
    byTarget.set(options.target, converted)
    return converted
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
