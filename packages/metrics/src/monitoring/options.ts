import { checkOptions, number } from '@millrace/core'
import type { Check } from '@millrace/core'

/** From where on `alertRules` tells people. */
export interface AlertRulesOptions {
  /** The 95th percentile of the durations of calls, in milliseconds above 0. @default 1_000 */
  readonly p95Ms?: number | undefined
  /** The 99th percentile, in milliseconds above 0. @default 5_000 */
  readonly p99Ms?: number | undefined
  /** Which part of the calls goes well at least, from 0 to 1. @default 0.95 */
  readonly successRatio?: number | undefined
  /** Which part of all lookups the cache answers at least, from 0 to 1. @default 0.7 */
  readonly hitRatio?: number | undefined
  /** Which part of its connections a pool uses at most, from 0 to 1. @default 0.9 */
  readonly poolUseRatio?: number | undefined
  /** Which part of the calls queues may refuse, from 0 to 1. @default 0.01 */
  readonly shedRatio?: number | undefined
  /** How late the event loop is at most in 99 of 100 cases, in milliseconds above 0. @default 100 */
  readonly eventLoopMs?: number | undefined
  /** Which part of the heap that Node may use is in use at most, from 0 to 1. @default 0.85 */
  readonly heapRatio?: number | undefined
  /** Which series are looked at, as PromQL has it within braces: `job="mcp"`. @default all */
  readonly matchers?: string | undefined
}

/** The options with their defaults. */
export type Thresholds = Required<{
  readonly [Name in keyof AlertRulesOptions]: Exclude<AlertRulesOptions[Name], undefined>
}>

/** @throws TypeError when an option makes no sense */
export const thresholdsOf = (options: AlertRulesOptions): Thresholds => {
  checkOptions('alertRules', options, checks)
  const {
    p95Ms = 1000,
    p99Ms = 5000,
    successRatio = 0.95,
    hitRatio = 0.7,
    poolUseRatio = 0.9,
    shedRatio = 0.01,
    eventLoopMs = 100,
    heapRatio = 0.85,
    matchers = '',
  } = options
  return { p95Ms, p99Ms, successRatio, hitRatio, poolUseRatio, shedRatio, eventLoopMs, heapRatio, matchers }
}

const above0: Check = (value) => (Number.isFinite(value) && (value as number) > 0 ? undefined : 'a number above 0')
const ratio = number({ min: 0, max: 1 })
const braced: Check = (value) => {
  const isFine = typeof value === 'string' && /^(\s*\w+\s*(=~|!~|!=|=)\s*"([^"\\\n]|\\.)*"\s*(,|$))*$/.test(value)
  return isFine ? undefined : 'matchers of PromQL without braces, such as job="mcp"'
}

const checks = {
  p95Ms: above0,
  p99Ms: above0,
  successRatio: ratio,
  hitRatio: ratio,
  poolUseRatio: ratio,
  shedRatio: ratio,
  eventLoopMs: above0,
  heapRatio: ratio,
  matchers: braced,
}
