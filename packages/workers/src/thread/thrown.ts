import type { Thrown } from './protocol.ts'

/** Makes what was thrown fit to be sent. */
export const packed = (error: unknown, depth = 0): Thrown => {
  if (!(error instanceof Error)) return { value: sendable(error) ? error : String(error) }
  const { name, message, stack, cause } = error
  const own: { [key: string]: unknown } = {}
  for (const [key, value] of Object.entries(error)) if (!said.has(key) && sendable(value)) own[key] = value
  // A chain of causes may be a circle.
  const behind = cause === undefined || depth === deepest ? undefined : packed(cause, depth + 1)
  return { name, message, stack, cause: behind, own }
}

/** The error that was thrown, with the stack it had in its thread. */
export const unpacked = (thrown: Thrown): unknown => {
  if ('value' in thrown) return thrown.value
  const { name, message, stack, cause, own } = thrown
  const Kind = kinds[name] ?? Error
  const error = new Kind(message, cause === undefined ? undefined : { cause: unpacked(cause) })
  if (error.name !== name) Object.defineProperty(error, 'name', { ...hidden, value: name })
  Object.defineProperty(error, 'stack', { ...hidden, value: stack })
  return Object.assign(error, own)
}

const sendable = (value: unknown): boolean => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'))
    return true
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

const deepest = 4
const said = new Set(['name', 'message', 'stack', 'cause'])
const hidden = { configurable: true, enumerable: false, writable: true }
const kinds: { readonly [name: string]: new (message: string, options?: ErrorOptions) => Error } = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}
