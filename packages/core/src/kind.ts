/**
 * What kind of value something is, for a message about one that does not belong there: `null`, `undefined`,
 * `an array`, `a promise`, `an object`, `a string` … Says nothing of what it holds, which may be a secret.
 */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  return value instanceof Promise ? 'a promise' : 'an object'
}
