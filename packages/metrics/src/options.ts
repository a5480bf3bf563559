import { arrayOf, boolean, checkOptions, either, func, having, integer, number, off } from '@millrace/core'
import type { Check } from '@millrace/core'
import type { TraceIdOf } from './calls/callMeter.ts'
import { newRegistry } from './exposition/registry.ts'
import type { Registry } from './exposition/registry.ts'
import { durationBuckets } from './series/histogram.ts'
import { sampledTraceOf } from './trace/traceContextOf.ts'

/** Options of `metrics`. */
export interface MetricsOptions {
  /** A registry of prom-client, which may hold other metrics as well. @default one of its own */
  readonly registry?: Registry | undefined
  /**
   * How many operations are told apart, an integer ≥ 1; calls of the rest are counted as `(other)`. So
   * are the series of every other metric bounded. @default 500
   */
  readonly maxOperations?: number | undefined
  /** Ends of the buckets of durations, in seconds, each above 0 and above the one before. @default 0.0001 … 30 */
  readonly buckets?: readonly number[] | undefined
  /**
   * Which trace stands as an example for the durations like this call's, as 32 hex digits; undefined for none, `false`
   * for none at all. OpenMetrics shows them. @default the sampled trace in the call's `traceparent`
   */
  readonly traceIdOf?: TraceIdOf | false | undefined
  /** Whether what the packages of Millrace say on their channels in this process is counted. @default true */
  readonly events?: boolean | undefined
  /** Whether memory, processor, event loop and garbage collection of the process are shown. @default true */
  readonly process?: boolean | undefined
}

/** The options with their defaults. */
export interface Settings {
  readonly registry: Registry
  readonly maxOperations: number
  readonly buckets: readonly number[]
  readonly traceIdOf: TraceIdOf | undefined
  readonly hasEvents: boolean
  readonly hasProcess: boolean
}

/** @throws TypeError when an option makes no sense. */
export const settingsOf = (options: MetricsOptions): Settings => {
  checkOptions('metrics', options, checks)
  const {
    registry = newRegistry(),
    maxOperations = 500,
    buckets = durationBuckets,
    traceIdOf = sampledTraceOf,
    events = true,
    process = true,
  } = options
  return {
    registry,
    maxOperations,
    buckets: [...buckets],
    traceIdOf: traceIdOf === false ? undefined : traceIdOf,
    hasEvents: events,
    hasProcess: process,
  }
}

const rising: Check = (value) => {
  const isRising = (value as readonly number[]).every((end, at, all) => end > (all[at - 1] ?? 0))
  return isRising ? undefined : 'an array of numbers above 0, each above the one before'
}

const ends: Check = (value) => arrayOf(number(), 'numbers above 0, each above the one before')(value) ?? rising(value)

const checks = {
  registry: having('a registry of prom-client', 'registerMetric', 'getSingleMetric', 'removeSingleMetric', 'metrics'),
  maxOperations: integer({ min: 1 }),
  buckets: ends,
  traceIdOf: either(func, off),
  events: boolean,
  process: boolean,
}
