import { isRecord } from '../wire/judge.ts'
import type { Params } from '../wire/request.ts'
import { sampleText } from './sampleText.ts'

/** What makes values: numbers from 0 to below 1, and the schema that `$ref` points into. */
export interface Source {
  readonly random: () => number
  readonly root: unknown
}

/**
 * A value that a JSON Schema allows: what is required and nothing more, different from draw to draw where the schema
 * leaves room.
 *
 * @param path where the value stands, for the message
 * @throws Error with a sentence, for what cannot be made from a schema alone
 */
export const sample = (schema: unknown, source: Source, path = '', depth = 0): unknown => {
  if (depth > maxDepth) throw new Error(`${path || 'the arguments'} refers to itself without end`)
  if (!isRecord(schema)) return 'text'
  const { random, root } = source
  const next = (inner: unknown, at = path) => sample(inner, source, at, depth + 1)
  if (typeof schema['$ref'] === 'string') return next(resolved(schema['$ref'], root, path))
  if ('const' in schema) return schema['const']
  for (const list of [schema['enum'], schema['examples'], 'default' in schema ? [schema['default']] : undefined]) {
    if (Array.isArray(list) && list.length > 0) return list[Math.floor(random() * list.length)]
  }
  for (const choice of [schema['oneOf'], schema['anyOf']]) {
    if (Array.isArray(choice) && choice.length > 0) return next(choice[Math.floor(random() * choice.length)])
  }
  if (Array.isArray(schema['allOf'])) return next(merged(schema))
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, next, path)
    case 'array':
      return Array.from({ length: count(schema['minItems'], 1) }, () => next(schema['items'], `${path}[]`))
    case 'integer':
      return sampleNumber(schema, random, 1)
    case 'number':
      return sampleNumber(schema, random, 0.01)
    case 'boolean':
      return random() < 0.5
    case 'null':
      return null
    default:
      return sampleText(schema, random, path)
  }
}

const maxDepth = 30

const typeOf = (schema: Params): unknown => {
  const { type } = schema
  if (Array.isArray(type)) return type.find((one) => one !== 'null') ?? 'null'
  if (type !== undefined) return type
  if ('properties' in schema || 'required' in schema) return 'object'
  return 'items' in schema ? 'array' : 'string'
}

const sampleObject = (
  schema: Params,
  next: (schema: unknown, at: string) => unknown,
  path: string,
): { [name: string]: unknown } => {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : []
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  return Object.fromEntries(required.map((name) => [name, next(properties[name], at(name))]))
}

const sampleNumber = (schema: Params, random: () => number, step: number): number => {
  const given = (name: string): number | undefined =>
    typeof schema[name] === 'number' && Number.isFinite(schema[name]) ? schema[name] : undefined
  const unit = given('multipleOf') ?? step
  const above = given('exclusiveMinimum')
  const below = given('exclusiveMaximum')
  const highest = given('maximum') ?? (below === undefined ? undefined : below - unit)
  const low = Math.max(given('minimum') ?? -Infinity, above === undefined ? -Infinity : above + unit)
  const from = Math.ceil((Number.isFinite(low) ? low : Math.min(1, highest ?? 1)) / unit)
  const to = Math.floor((highest ?? from * unit + 1000) / unit)
  const width = Math.min(to - from, 1000 / Math.min(unit, 1))
  // Multiples of 0.01 are not all exact.
  return Number(((from + Math.floor(random() * (Math.max(width, 0) + 1))) * unit).toPrecision(12))
}

const count = (least: unknown, otherwise: number): number =>
  typeof least === 'number' && least >= 0 ? Math.min(least, 1000) : otherwise

const merged = ({ allOf, ...schema }: Params): Params => {
  const parts = (allOf as unknown[]).filter(isRecord)
  const all = [schema, ...parts]
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map(({ properties }) => properties)) as Params,
    required: [...new Set(all.flatMap(({ required }) => (Array.isArray(required) ? (required as string[]) : [])))],
  }
}

const resolved = (ref: string, root: unknown, path: string): unknown => {
  let found: unknown = ref.startsWith('#') ? root : undefined
  for (const part of ref.split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    found = isRecord(found) ? found[name] : undefined
  }
  if (found === undefined)
    throw new Error(`${path || 'the arguments'} refers to ${ref}, which its schema does not have`)
  return found
}
