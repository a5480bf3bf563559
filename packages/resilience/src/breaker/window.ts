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
  toJSON(): WindowSnapshot
  /** Takes over what another window has counted, as far as it fits; nothing from one of the other kind. */
  restore(snapshot: WindowSnapshot): void
}

/** A window as plain JSON. */
export type WindowSnapshot =
  /** Each of the last calls as a letter, the oldest first: `.` well, `f` failed, `s` slow, `b` both. */
  | { readonly calls: string }
  /** Seconds since the Unix epoch in which calls ended, the oldest first, each with its calls, failures and slow calls. */
  | { readonly seconds: ReadonlyArray<readonly [second: number, calls: number, failures: number, slowCalls: number]> }
