import type { Health } from '@millrace/core'

/**
 * Asks something how it is. Nothing is the same as `healthy`; throwing is the same as `unhealthy`.
 *
 * @param context its signal aborts when nobody waits for the answer any more
 */
export type HealthCheck = (context: { readonly signal: AbortSignal }) => Health | void | Promise<Health | void>

/** A check with bounds of its own. Those it lacks are the ones of `ops`. */
export interface HealthCheckOptions {
  readonly check: HealthCheck
  /** How long it may take before it counts as unhealthy, in milliseconds above 0. @default checkMs */
  readonly checkMs?: number | undefined
  /** How long its answer is kept, in milliseconds ≥ 0. @default checkTtlMs */
  readonly checkTtlMs?: number | undefined
  /** From which duration on it counts as degraded, in milliseconds above 0; `Infinity` for never. @default slowMs */
  readonly slowMs?: number | undefined
}

/** What bounds a check. */
export interface Bounds {
  readonly checkMs: number
  readonly checkTtlMs: number
  readonly slowMs: number
  /** Below which part of its last answers that were not unhealthy it counts as degraded; from 0 to 1. */
  readonly minSuccessRatio: number
}
