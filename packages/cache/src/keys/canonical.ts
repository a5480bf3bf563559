import stringify from 'safe-stable-stringify'
import { isExact, isPlain } from './shape.ts'

/**
 * A value as JSON with sorted fields. Undefined for one that JSON does not tell apart from another (a `Map`, `NaN`,
 * `-0`), or that is circular, deeper than 100 levels or longer than `maxLength` characters.
 */
export const canonical = (value: unknown, maxLength: number): string | undefined => {
  if (value === undefined) return ''
  if (measure(value, 0, maxLength) > maxLength) return undefined
  const json = stringify(value)
  return json === undefined || json.length > maxLength ? undefined : json
}

/** The value without fields that are undefined, which to JSON are not there. */
export const withoutUndefined = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object' || !isPlain(value)) return value
  const fields = Object.entries(value)
  return fields.some(([, field]) => field === undefined)
    ? Object.fromEntries(fields.filter(([, field]) => field !== undefined))
    : value
}

/** At most what the value takes as JSON, in characters, less what is escaped; Infinity for one that must not pass. */
const measure = (value: unknown, depth: number, maxLength: number): number => {
  switch (typeof value) {
    case 'string':
      return value.length
    case 'number':
      return isExact(value) ? 1 : Infinity
    case 'boolean':
      return 1
    case 'object':
      if (value === null) return 1
      return depth < deepest ? measureInside(value, depth + 1, maxLength) : Infinity
    default:
      return Infinity
  }
}

const measureInside = (value: object, depth: number, maxLength: number): number => {
  let length = 2
  if (typeof (value as { readonly toJSON?: unknown }).toJSON === 'function') return Infinity
  if (Array.isArray(value)) {
    // By index, since a hole is undefined and JSON makes it null.
    for (let at = 0; at < value.length && length <= maxLength; at += 1) {
      length += 1 + measure(value[at], depth, maxLength)
    }
    return length
  }
  if (!isPlain(value)) return Infinity
  for (const [name, field] of Object.entries(value)) {
    if (length > maxLength) return length
    if (field !== undefined) length += 2 + name.length + measure(field, depth, maxLength)
  }
  return length
}

const deepest = 100
