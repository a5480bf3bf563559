import { boolean, checkOptions, integer, number } from '@millrace/core'
import type { Check } from '@millrace/core'

/** Which calls are slow, and what is kept of them. */
export interface SlowCallsOptions {
  /** From which duration on a call is slow, in milliseconds; at least 0. */
  readonly aboveMs: number
  /** How many are kept, the last ones; from 1 to 1,000. @default 20 */
  readonly keep?: number | undefined
  /**
   * Whether somebody looks a hundred times a second what the main thread computes, so that there is a CPU profile of the
   * slowest of them. It takes about a hundredth of a processor. @default false
   */
  readonly cpu?: boolean | undefined
}

/** The options with every default in its place. */
export interface SlowCallsSettings {
  readonly aboveMs: number
  readonly keep: number
  readonly hasCpu: boolean
}

/** @throws TypeError when an option makes no sense */
export const slowCallsSettingsOf = (options: SlowCallsOptions): SlowCallsSettings => {
  checkOptions('ops.slowCalls', options, checks)
  const { aboveMs, keep = 20, cpu = false } = options
  if (aboveMs === undefined)
    throw new TypeError('ops.slowCalls.aboveMs is missing: from how many ms on is a call slow?')
  return { aboveMs, keep, hasCpu: cpu }
}

const checks: { readonly [option: string]: Check } = {
  aboveMs: number({ min: 0 }),
  keep: integer({ min: 1, max: 1_000 }),
  cpu: boolean,
}
