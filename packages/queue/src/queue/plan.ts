import { checkOptions, either, func, integer, kindOf, number, off, oneOf, record, text, having } from '@millrace/core'
import type { Call, Check, Counters } from '@millrace/core'
import { AdaptiveLimit } from '../limit/adaptiveLimit.ts'
import type { AdaptiveLimitOptions } from '../limit/adaptiveLimit.ts'
import { FixedLimit } from '../limit/limit.ts'
import type { Limit } from '../limit/limit.ts'
import type { LoadSignals } from '../load/loadSignals.ts'
import { priorities } from '../priority.ts'
import type { Priority } from '../priority.ts'
import type { DisciplineRules } from './discipline.ts'

/** Options of `queue`. */
export interface QueueOptions {
  /**
   * How many calls run at once: an integer ≥ 1, `Infinity`, or where to begin looking for the right number.
   * @default it is found out, from 20 on, between 1 and 1000
   */
  readonly maxConcurrent?: number | AdaptiveLimitOptions | undefined
  /** How many calls of one tool run at once, an integer ≥ 1: for every tool, or by name. @default as many as the server */
  readonly perTool?: number | { readonly [tool: string]: number } | undefined
  /** How many calls of one principal run at once, an integer ≥ 1; anonymous callers are one. @default as many as the server */
  readonly perPrincipal?: number | undefined
  /** How many calls wait, an integer ≥ 0; 0 refuses what cannot start at once. @default 1000 */
  readonly maxQueued?: number | undefined
  /** How long a call waits at most, in milliseconds ≥ 0. @default Infinity: the discipline and the deadline say it */
  readonly maxWaitMs?: number | undefined
  /**
   * Who goes first among calls of one priority and principal: who came first (`fifo`), who came last (`lifo`), or the
   * first until there has been more work than can be done for `intervalMs`, then the last (`adaptive`, which also limits
   * how long calls wait). @default 'adaptive'
   */
  readonly discipline?: 'adaptive' | 'fifo' | 'lifo' | undefined
  /**
   * How long a call waits, in milliseconds above 0, while there is more work than can be done; for `adaptive`.
   * @default twice what a call of its class typically takes, at least 20, at most a quarter of the time until its deadline
   */
  readonly targetMs?: number | undefined
  /** For how long calls must have waited without a break until that is so, in milliseconds. @default 5 × `targetMs`, with the same bound */
  readonly intervalMs?: number | undefined
  /** How much a call matters: for all, by tool, or call by call. Calls that matter more go first. @default 'normal' */
  readonly priority?:
    | Priority
    | { readonly [tool: string]: Priority }
    | ((call: Call) => Priority | undefined)
    | undefined
  /** Calls of one key wait in one line, and the lines take turns; `false` for a single line. @default the principal */
  readonly fairBy?: false | ((call: Call) => string | undefined) | undefined
  /** Calls of one class should take about as long as each other. @default the operation, such as `tools/call search` */
  readonly classBy?: ((call: Call) => string) | undefined
  /** Refuses calls that are not critical when this part of `maxQueued` waits, above 0 to 1. @default 1 */
  readonly healthyRatio?: number | undefined
  /** Refuses calls, the least important first, while the process is overloaded. @default it does not look */
  readonly load?: LoadSignals | undefined
  /**
   * How long a handler that goes on after its call was cancelled keeps its slot, in milliseconds ≥ 0; `Infinity` until
   * it settles. @default 1000
   */
  readonly graceMs?: number | undefined
  /**
   * How many of the server's slots a call takes, an integer ≥ 1; of a tool and of a principal each call takes one. A call
   * whose turn it is waits until there are as many, and one that weighs more than the limit runs alone. @default 1
   */
  readonly weight?: ((call: Call) => number) | undefined
  /**
   * Makes `maxConcurrent`, which then has to be a number, that of all processes together: `redisCounters()`. Queues of one
   * name share it. A call that has its slot here waits for one of those for at most `maxWaitMs`, or 5 s where that is
   * Infinity. While the store fails, each process has as many slots. @default none: slots of this process
   */
  readonly store?: Counters | undefined
  /** What events and messages call it. @default 'queue' */
  readonly name?: string | undefined
}

/** The options with their defaults in place. */
export interface QueuePlan extends DisciplineRules {
  readonly limit: Limit
  readonly perTool: ((tool: string) => number | undefined) | undefined
  readonly perPrincipal: number | undefined
  readonly maxQueued: number
  readonly healthyQueued: number
  readonly priority: (call: Call) => Priority | undefined
  readonly fairBy: (call: Call) => string | undefined
  readonly classBy: (call: Call) => string
  readonly load: LoadSignals | undefined
  readonly graceMs: number
  /** Undefined where all calls weigh 1. */
  readonly weight: ((call: Call) => number) | undefined
  readonly store: Counters | undefined
  readonly name: string
  /** The tools that were named, by the option that names them. */
  readonly mentions: { readonly [option: string]: readonly string[] }
}

/**
 * Checks the options and fills in what is missing.
 *
 * @throws TypeError naming the option, and in it the tool, that makes no sense.
 */
export const planOf = (options: QueueOptions): QueuePlan => {
  checkOptions('queue', options, checks)
  const {
    maxConcurrent = {},
    perTool,
    perPrincipal,
    maxQueued = 1000,
    maxWaitMs = Infinity,
    discipline = 'adaptive',
    targetMs,
    intervalMs,
    priority = 'normal',
    fairBy = (call: Call) => call.principal,
    classBy = (call: Call) => call.operation,
    healthyRatio = 1,
    load,
    graceMs = 1000,
    weight,
    store,
    name = 'queue',
  } = options
  checkEach('queue.perTool', perTool, limits)
  checkEach('queue.priority', priority, oneOfPriorities)
  return {
    limit: limitOf(maxConcurrent, store),
    perTool: perToolOf(perTool),
    perPrincipal,
    maxQueued,
    healthyQueued: healthyRatio * maxQueued,
    maxWaitMs,
    discipline,
    targetMs,
    intervalMs,
    priority: priorityOf(priority),
    fairBy: fairBy === false ? () => undefined : fairBy,
    classBy,
    load,
    graceMs,
    weight: weight && weighing(weight),
    store,
    name,
    mentions: { 'queue.perTool': namedIn(perTool), 'queue.priority': namedIn(priority) },
  }
}

/** The limit that an owner wants, in the words of `maxConcurrent`. @throws TypeError */
export const limitOf = (maxConcurrent: number | AdaptiveLimitOptions, store: Counters | undefined): Limit => {
  checkOptions('queue', { maxConcurrent }, { maxConcurrent: either(limits, record) })
  if (typeof maxConcurrent === 'number') return new FixedLimit(maxConcurrent)
  if (store !== undefined) {
    throw new TypeError('queue.store takes a maxConcurrent that is a number: what is found out holds for one process')
  }
  checkOptions('queue.maxConcurrent', maxConcurrent, { initial: count, min: count, max: count })
  const { min = 1, max = Math.max(1000, min), initial = Math.min(max, Math.max(min, 20)) } = maxConcurrent
  if (max < min) throw new TypeError(`queue.maxConcurrent.max must be at least min, which is ${min}, got ${max}`)
  if (initial < min || initial > max) {
    throw new TypeError(`queue.maxConcurrent.initial must be from min to max, ${min} to ${max}, got ${initial}`)
  }
  return new AdaptiveLimit({ initial, min, max })
}

const perToolOf = (perTool: QueueOptions['perTool']): QueuePlan['perTool'] => {
  if (perTool === undefined) return undefined
  if (typeof perTool === 'number') return () => perTool
  const limits = new Map(Object.entries(perTool))
  return (tool) => limits.get(tool)
}

const priorityOf = (priority: NonNullable<QueueOptions['priority']>): QueuePlan['priority'] => {
  if (typeof priority === 'function') return (call) => wordOf(priority(call))
  if (typeof priority === 'string') return () => priority
  const words = new Map(Object.entries(priority))
  return ({ method, target }) => (method === 'tools/call' ? words.get(target ?? '') : undefined)
}

const wordOf = (value: unknown): Priority | undefined => {
  if (value === undefined || priorities.includes(value as Priority)) return value as Priority | undefined
  const got = typeof value === 'string' ? `'${value.slice(0, 40)}'` : kindOf(value)
  throw new TypeError(`queue.priority must give ${oneOfPriorities(value)} or undefined, got ${got}`)
}

const weighing =
  (weight: (call: Call) => number) =>
  (call: Call): number => {
    const value: unknown = weight(call)
    const expected = count(value)
    if (expected === undefined) return value as number
    throw new TypeError(`queue.weight must give ${expected}, got ${String(value)}`)
  }

const namedIn = (value: unknown): readonly string[] =>
  value !== null && typeof value === 'object' ? Object.keys(value) : []

const count = integer({ min: 1 })

const byTool =
  (what: string): Check =>
  (value) =>
    value instanceof Map ? `an object of ${what} by tool (no Map)` : record(value) && `an object of ${what} by tool`

/** @throws TypeError that names the tool */
const checkEach = (option: string, given: unknown, check: Check): void => {
  if (given === null || typeof given !== 'object') return
  checkOptions(option, given, Object.fromEntries(Object.keys(given).map((tool) => [tool, check])))
}

const limits = integer({ min: 1, unlimited: true })
const oneOfPriorities = oneOf(...priorities)
const above0: Check = (value) =>
  number({ unlimited: true })(value) === undefined && (value as number) > 0 ? undefined : 'a number above 0'
const ratio: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= 1 ? undefined : 'a number above 0 and at most 1'

const checks: { readonly [option: string]: Check } = {
  maxConcurrent: either(limits, record),
  perTool: either(limits, byTool('such numbers')),
  perPrincipal: limits,
  maxQueued: integer({ min: 0, unlimited: true }),
  maxWaitMs: number({ min: 0, unlimited: true }),
  discipline: oneOf('adaptive', 'fifo', 'lifo'),
  targetMs: above0,
  intervalMs: above0,
  priority: either(oneOfPriorities, func, byTool('such words')),
  fairBy: either(func, off),
  classBy: func,
  healthyRatio: ratio,
  load: having('what loadSignals() gives', 'sheds'),
  graceMs: number({ min: 0, unlimited: true }),
  weight: func,
  store: having('counters', 'take', 'forget', 'occupy'),
  name: text,
}
