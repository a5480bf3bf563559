/**
 * What a tree takes in memory, in bytes; NaN for one that JSON would change: with a date, a function, undefined, a class,
 * or a note of an SDK's under a symbol on the whole.
 *
 * @param tree is not circular
 * @param isAscii whether all its text is known to be
 */
export const weighTree = (tree: object, isAscii = false): number => {
  if (Object.getOwnPropertySymbols(tree).length > 0) return NaN
  const base = rest.length
  rest.push(tree)
  try {
    return weighRest(base, isAscii)
  } finally {
    rest.length = base
  }
}

// A stack of its own: a result may be nested deeper than the call stack allows. One for all: a getter may weigh as well,
// and finds what others have put there below its own.
const rest: object[] = []

const weighRest = (base: number, isAscii: boolean): number => {
  let weight = 0
  while (rest.length > base) {
    const value = rest.pop() as object
    if (!isPlain(value)) return NaN
    weight += 32
    if (Array.isArray(value)) for (let at = 0; at < value.length; at += 1) weight += weighOne(value[at], isAscii)
    else for (const name in value) weight += weighOne((value as { readonly [name: string]: unknown })[name], isAscii)
  }
  return weight
}

const weighOne = (value: unknown, isAscii: boolean): number => {
  if (value === null || typeof value !== 'object') return 8 + weighFlat(value, isAscii)
  rest.push(value)
  return 8
}

const weighFlat = (value: unknown, isAscii: boolean): number => {
  if (typeof value === 'string') return isAscii ? 24 + value.length : weighText(value)
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? 12 : NaN
  return value === null || typeof value === 'boolean' ? 0 : NaN
}

const isPlain = (value: object): boolean => {
  if ((value as { readonly toJSON?: unknown }).toJSON !== undefined) return false
  const prototype = Object.getPrototypeOf(value) as unknown
  return prototype === Object.prototype || prototype === Array.prototype
}

/** What a text takes: one byte a character, or two where one of them is beyond Latin-1. */
export const weighText = (text: string): number => 24 + (isLatin1(text) ? 1 : 2) * text.length

// To count bytes is five times faster, and tells for text in ASCII.
const isLatin1 = (text: string): boolean => Buffer.byteLength(text) === text.length || !beyondLatin1.test(text)

const beyondLatin1 = /[^\0-\xff]/
