import { checkOptions, either, func, having, integer, number, oneOf, text } from '@millrace/core'
import type { Call, Check, Counters } from '@millrace/core'
import type { Pace } from './gcra.ts'

/** So many calls in a time. */
export interface Rate {
  /** How many calls a key may make in `perMs`, above 0; or a function that says so call by call. */
  readonly calls: number | ((call: Call) => number)
  /** In which time, in milliseconds above 0. @default 1000 */
  readonly perMs?: number | undefined
  /** How many of them may come at once, at least 1. @default `calls`, at least 1 */
  readonly burst?: number | undefined
}

/** Options of `rateLimit`. */
export interface RateLimitOptions extends Rate {
  /** Further rates of the same keys: a call must find room in all of them, and counts in all or in none. @default [] */
  readonly also?: readonly Rate[] | undefined
  /**
   * Whose calls are counted together: those of one principal (anonymous callers are one), of one tool (other methods: of
   * one method), all of the server, or those for which a function gives the same key. @default 'principal'
   */
  readonly by?: 'principal' | 'tool' | 'server' | ((call: Call) => string) | undefined
  /** How many calls a call counts for, ≥ 0. @default 1 */
  readonly cost?: ((call: Call) => number) | undefined
  /**
   * How long a call that comes too early may wait for its turn, in milliseconds, ≥ 0 or Infinity; one that would have to
   * wait longer, or until its deadline, is refused at once. @default 0: nobody waits
   */
  readonly maxWaitMs?: number | undefined
  /** How many calls may wait, those of all keys together; an integer ≥ 1, or Infinity. @default 1000 */
  readonly maxQueued?: number | undefined
  /**
   * How many keys are remembered, at least 2; beyond that those go first that have nothing counted against them, then
   * those not asked for again for long, and these start afresh. @default 10_000
   */
  readonly maxKeys?: number | undefined
  /**
   * Counts the calls of all processes together: `redisCounters()`. Limits of one name share their counts. While it fails,
   * each process counts for itself, with the same rates. @default none: calls of this process
   */
  readonly store?: Counters | undefined
  /** What messages and events call it. @default as `by` says, else 'rateLimit' */
  readonly name?: string | undefined
}

/** The options with their defaults in place. */
export interface RateLimitPlan {
  readonly keyOf: (call: Call) => string
  readonly costOf: (call: Call) => number
  readonly pacesOf: (call: Call) => readonly Pace[]
  /** How many paces there are. */
  readonly paces: number
  readonly maxWaitMs: number
  readonly maxQueued: number
  readonly maxKeys: number
  readonly store: Counters | undefined
  readonly name: string
}

/**
 * Checks the options and fills in what is missing.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const planOf = (options: RateLimitOptions): RateLimitPlan => {
  checkOptions('rateLimit', options ?? {}, checks)
  const { calls, perMs, burst, also = [], by = 'principal', cost } = options ?? {}
  const { maxWaitMs = 0, maxQueued = 1000, maxKeys = 10_000, store } = options ?? {}
  const { name = typeof by === 'string' ? by : 'rateLimit' } = options ?? {}
  for (const [index, rate] of also.entries()) checkOptions(`rateLimit.also[${index}]`, rate, rateChecks)
  const paceOf = [{ calls, perMs, burst }, ...also].map((rate, index) =>
    paceBy(index === 0 ? 'rateLimit' : `rateLimit.also[${index - 1}]`, rate),
  )
  return {
    keyOf: typeof by === 'string' ? keys[by] : by,
    costOf: cost === undefined ? () => 1 : asked('rateLimit.cost', cost, notBelow0),
    pacesOf: pacesBy(paceOf),
    paces: paceOf.length,
    maxWaitMs,
    maxQueued,
    maxKeys,
    store,
    name,
  }
}

type PaceOf = Pace | ((call: Call) => Pace)

const paceBy = (where: string, { calls, perMs = 1000, burst }: Partial<Rate>): PaceOf => {
  if (calls === undefined) throw new TypeError(`${where}.calls must be given: how many calls in perMs`)
  const pace = (rate: number): Pace => ({ everyMs: perMs / rate, burst: burst ?? Math.max(1, rate) })
  if (typeof calls === 'number') return pace(calls)
  const rateOf = asked(`${where}.calls`, calls, above0)
  return (call) => pace(rateOf(call))
}

const pacesBy = (each: readonly PaceOf[]): ((call: Call) => readonly Pace[]) => {
  const fixed = each.filter((one) => typeof one !== 'function')
  if (fixed.length === each.length) return () => fixed
  return (call) => each.map((one) => (typeof one === 'function' ? one(call) : one))
}

const keys = {
  principal: (call: Call): string => call.principal ?? '',
  tool: (call: Call): string => call.operation,
  server: (): string => '',
}

const asked =
  (option: string, ask: (call: Call) => number, check: Check) =>
  (call: Call): number => {
    const value: unknown = ask(call)
    const expected = check(value)
    if (expected === undefined) return value as number
    throw new TypeError(`${option} must give ${expected}, got ${String(value)}`)
  }

const above0: Check = (value) => (Number.isFinite(value) && (value as number) > 0 ? undefined : 'a number above 0')
const notBelow0 = number({ min: 0 })

const rateChecks: { readonly [option: string]: Check } = {
  calls: either(above0, func),
  perMs: above0,
  burst: number({ min: 1 }),
}

const checks: { readonly [option: string]: Check } = {
  ...rateChecks,
  also: (value) =>
    Array.isArray(value) && !value.includes(undefined) ? undefined : 'an array of { calls, perMs, burst }',
  by: either(oneOf('principal', 'tool', 'server'), func),
  cost: func,
  maxWaitMs: number({ min: 0, unlimited: true }),
  maxQueued: integer({ min: 1, unlimited: true }),
  maxKeys: integer({ min: 2 }),
  store: having('counters', 'take', 'forget', 'occupy'),
  name: text,
}
