import type { Tally, Window } from './window.ts'

/**
 * What a circuit is in. Each change makes a new object, and a call keeps the one that let it in: a call that ends in
 * another state than it began in is thereby known, and ignored.
 */
export type State =
  | { readonly type: 'closed'; readonly window: Window }
  | { readonly type: 'open'; readonly since: number; readonly until: number; readonly opens: number }
  | HalfOpen
  | { readonly type: 'isolated' }
  | { readonly type: 'disabled' }
  | Observing

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
