import { CountWindow } from './countWindow.ts'
import type { BreakerPlan, Mode } from './plan.ts'
import { TimeWindow } from './timeWindow.ts'
import type { Tally, Window } from './window.ts'

/**
 * What a circuit is in. Each change makes a new object, and a call keeps the one that let it in: a call that ends in
 * another state than it began in is thereby known, and ignored.
 */
export type State =
  | { readonly type: 'closed'; readonly window: Window }
  | Open
  | HalfOpen
  | { readonly type: 'isolated' }
  | { readonly type: 'disabled' }
  | Observing

/** Nothing is let through; times are clock milliseconds. */
export interface Open {
  readonly type: 'open'
  readonly since: number
  readonly until: number
  /** How often it has opened since it was last closed. */
  readonly opens: number
}

/** Some calls are let through to see whether it works again. */
export interface HalfOpen {
  readonly type: 'halfOpen'
  readonly opens: number
  /** When the last permit was taken, in clock milliseconds. */
  lastProbeAt: number
  /** Calls that may still be let through. */
  permits: number
  /** What those that have ended came to. */
  calls: number
  failures: number
  slowCalls: number
}

/** Everything is let through and counted. */
export interface Observing {
  readonly type: 'observing'
  readonly window: Window
  /** Whether it would have opened by now. */
  isExceeded: boolean
}

/** A circuit's state as its owner may see it. */
export type BreakerState =
  | ({ readonly type: 'closed' | 'observing' } & Tally)
  | {
      readonly type: 'open'
      /** When the first probe is let through, in clock milliseconds. */
      readonly until: number
      /** How often it has opened since it was last closed. */
      readonly opens: number
    }
  | ({
      readonly type: 'halfOpen'
      /** Probes that may still start. */
      readonly permits: number
      readonly opens: number
    } & Tally)
  | { readonly type: 'isolated' | 'disabled' }

/** What its owner sees of a state. */
export const viewOf = (state: State): BreakerState => {
  switch (state.type) {
    case 'closed':
    case 'observing': {
      const { calls, failures, slowCalls } = state.window
      return { type: state.type, calls, failures, slowCalls }
    }
    case 'open':
      return { type: 'open', until: state.until, opens: state.opens }
    case 'halfOpen': {
      const { permits, opens, calls, failures, slowCalls } = state
      return { type: 'halfOpen', permits, opens, calls, failures, slowCalls }
    }
    default:
      return { type: state.type }
  }
}

/** What a circuit is in that has seen nothing yet. */
export const stateOf = ({ window, size }: BreakerPlan, mode: Mode): State => {
  if (mode === 'closed') return { type: 'closed', window: windowOf(window, size) }
  if (mode === 'observing') return { type: 'observing', window: windowOf(window, size), isExceeded: false }
  return { type: mode }
}

/** Of the last `size` calls or seconds. */
const windowOf = (kind: 'count' | 'time', size: number): Window =>
  kind === 'count' ? new CountWindow(size) : new TimeWindow(size)
