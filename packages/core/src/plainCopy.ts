/**
 * A frozen copy of a value that is what JSON would make of it: text, finite numbers, truth values, null, and arrays and
 * plain objects of those. Undefined for any other, of which only JSON itself knows what it makes.
 *
 * @param each runs for every array and object of the copy, with how deep it lies, before it is frozen
 */
export const plainCopy = <Value extends object>(value: Value, each: Each): Value | undefined => {
  try {
    return copyOf(value, 0, each) as Value | undefined
  } catch {
    // A getter or a proxy that throws.
    return undefined
  }
}

/** Hears of a part of the copy that is not frozen yet, and how deep it lies. */
type Each = (part: object, depth: number) => void

const copyOf = (value: unknown, depth: number, each: Each): unknown => {
  switch (typeof value) {
    case 'string':
      return value.length < shortest ? value : ownText(value)
    case 'number':
      return Number.isFinite(value) && (value !== 0 || 1 / value > 0) ? value : undefined
    case 'boolean':
      return value
    case 'object':
      if (value === null) return null
      if (depth > deepest || (value as { readonly toJSON?: unknown }).toJSON !== undefined) return undefined
      return Array.isArray(value) ? copyOfArray(value, depth, each) : copyOfObject(value, depth, each)
    default:
      return undefined
  }
}

const copyOfArray = (value: readonly unknown[], depth: number, each: Each): object | undefined => {
  if (Object.getPrototypeOf(value) !== Array.prototype) return undefined
  // As large as it has to be, which one that grows is not.
  const copy = value.slice()
  for (let at = 0; at < copy.length; at += 1) {
    const item = copyOf(copy[at], depth + 1, each)
    if (item === undefined) return undefined
    copy[at] = item
  }
  each(copy, depth)
  return Object.freeze(copy)
}

const copyOfObject = (value: object, depth: number, each: Each): object | undefined => {
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const copy: { [name: string]: unknown } = {}
  for (const name in value) {
    const field = copyOf((value as { readonly [name: string]: unknown })[name], depth + 1, each)
    // To set this one would give the copy a prototype; what somebody has put on all objects is not of this one.
    if (field === undefined || name === '__proto__' || !Object.hasOwn(value, name)) return undefined
    copy[name] = field
  }
  each(copy, depth)
  return Object.freeze(copy)
}

/** The text in memory of its own: a part of a large text keeps all of that text alive in V8, which is not counted. */
const ownText = (text: string): string => ` ${text}`.slice(1)

// V8 copies shorter parts anyway.
const shortest = 13

// Recursion ends well before the call stack does.
const deepest = 100
