import type { Frame } from '../sampling/frame.ts'
import { hitRatioOf, quantileMs, successRatioOf } from '../sampling/period.ts'
import type { Period } from '../sampling/period.ts'

/** What happened in a period of time; what is undefined there were no calls for. */
export interface Figures {
  readonly seconds: number
  readonly calls: number
  /** Calls a second. */
  readonly rate: number
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly successRatio: number | undefined
  readonly hitRatio: number | undefined
  readonly savedSeconds: number
}

export const figuresOf = (period: Period, frame: Frame): Figures => ({
  seconds: period.seconds,
  calls: period.calls,
  rate: period.calls / period.seconds,
  p50Ms: quantileMs(period, 0.5, frame),
  p95Ms: quantileMs(period, 0.95, frame),
  p99Ms: quantileMs(period, 0.99, frame),
  successRatio: successRatioOf(period),
  hitRatio: hitRatioOf(period),
  savedSeconds: period.savedSeconds,
})
