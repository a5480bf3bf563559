import { kindOf } from './kind.ts'
import { nearest } from './nearest.ts'

/** Says what is wrong with an option's value, as "must be …"; undefined when it is fine. */
export type Check = (value: unknown) => string | undefined

/**
 * Checks the options of a factory once, when it is called. Absent is the default; an unknown name is a mistake.
 *
 * @throws TypeError such as `queue.maxQueued must be an integer ≥ 0, got -1`.
 */
export const checkOptions = (factory: string, options: unknown, checks: { readonly [option: string]: Check }): void => {
  if (options === undefined) return
  if (!isRecord(options)) throw new TypeError(`${factory}: options must be an object, got ${show(options)}`)
  if (isCall(options)) {
    throw new TypeError(
      `${factory}: expected options, got a call; attach what ${factory}(…) gives, not ${factory} itself`,
    )
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined)
      throw new TypeError(`${factory}.${name} is not an option${suggest(name, Object.keys(checks))}`)
    const expected = value === undefined ? undefined : check(value)
    if (expected !== undefined) throw new TypeError(`${factory}.${name} must be ${expected}, got ${show(value)}`)
  }
}

/** Which numbers a check accepts. */
interface Range {
  /** @default -Infinity */
  readonly min?: number
  /** @default Infinity */
  readonly max?: number
  /** Whether `Infinity` is accepted, whatever `max` is. @default false */
  readonly unlimited?: boolean
}

/** A finite number in a range; `Infinity` as well when `unlimited`. */
export const number =
  ({ min = -Infinity, max = Infinity, unlimited = false }: Range = {}): Check =>
  (value) =>
    (Number.isFinite(value) && (value as number) >= min && (value as number) <= max) ||
    (unlimited && value === Infinity)
      ? undefined
      : `a number${range(min, max)}${unlimited ? ' or Infinity' : ''}`

/** An integer in a range; `Infinity` as well when `unlimited`. */
export const integer =
  ({ min = -Infinity, max = Infinity, unlimited = false }: Range = {}): Check =>
  (value) =>
    (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) ||
    (unlimited && value === Infinity)
      ? undefined
      : `an integer${range(min, max)}${unlimited ? ' or Infinity' : ''}`

/** `true` or `false`. */
export const boolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false')

/** A function. */
export const func: Check = (value) => (typeof value === 'function' ? undefined : 'a function')

/** A string that is not empty. */
export const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'a string that is not empty'

/** One of some strings. */
export const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string) ? undefined : `one of ${values.map((one) => `'${one}'`).join(', ')}`

/** Anything that one of several checks accepts. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value) => {
    const expected = checks.map((check) => check(value))
    return expected.includes(undefined) ? undefined : expected.join(' or ')
  }

/** `false`, which turns something off. */
export const off: Check = (value) => (value === false ? undefined : 'false')

/** An array whose items all pass. */
export const arrayOf =
  (check: Check, what: string): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item) === undefined) ? undefined : `an array of ${what}`

/** An object with methods of these names. */
export const having =
  (what: string, ...methods: readonly string[]): Check =>
  (value) =>
    isRecord(value) && methods.every((name) => typeof value[name] === 'function')
      ? undefined
      : `${what} (with ${methods.join(', ')})`

/** An object whose keys are the caller's and whose values are checked elsewhere. */
export const record: Check = (value) => (isRecord(value) ? undefined : 'an object')

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

// A factory in the place of the middleware that it makes is given every call.
const isCall = (value: { readonly [key: string]: unknown }): boolean =>
  typeof value['method'] === 'string' && typeof value['notify'] === 'function' && 'signal' in value

const range = (min: number, max: number): string => {
  if (min === -Infinity) return max === Infinity ? '' : ` ≤ ${max}`
  return max === Infinity ? ` ≥ ${min}` : ` from ${min} to ${max}`
}

const show = (value: unknown): string => {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'bigint') return `${value}n`
  const isShort = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'symbol'
  return isShort ? String(value) : kindOf(value)
}

const suggest = (name: string, known: readonly string[]): string => {
  const wanted = name.toLowerCase()
  const near =
    nearest(name, known) ??
    known.find((one) => one.toLowerCase().startsWith(wanted) || wanted.startsWith(one.toLowerCase()))
  return near === undefined
    ? `; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
    : `; did you mean ${near}?`
}
