/** How many calls there were lately, and how they ended. */
export interface Tally {
  readonly calls: number
  readonly failures: number
  readonly slowCalls: number
}

/** A tally that forgets. */
export interface Window extends Tally {
  /** @param now in clock milliseconds; looked at only when the window is one of time */
  record(isFailure: boolean, isSlow: boolean, now: number): void
  /** Forgets what is too old at `now`. */
  moveTo(now: number): void
}
