/** What has come of a breaker's calls since it was made. What it does not count while it is disabled is not in here. */
export interface BreakerStats {
  /** Calls that ended well, slow ones included. */
  readonly successes: number
  /** Calls that ended badly, slow ones included. */
  readonly failures: number
  /** Calls that took longer than `slowCallMs`, however they ended. */
  readonly slowCalls: number
  /** Calls that were let through and counted as nothing: cancelled, invalid, refused further in. */
  readonly ignored: number
  /** Calls that were refused. */
  readonly rejected: number
  /** Calls that were let through and have not ended. */
  readonly running: number
  /** How often it opened, other than by its owner's hand. */
  readonly opened: number
  /** When it did so last, in clock milliseconds; undefined when it never did. */
  readonly openedAt: number | undefined
}

/** Statistics as they are kept: for one circuit, or for all circuits of a breaker. */
export class Counts implements BreakerStats {
  successes = 0
  failures = 0
  slowCalls = 0
  ignored = 0
  rejected = 0
  running = 0
  opened = 0
  openedAt: number | undefined = undefined

  ended(isFailure: boolean, isSlow: boolean): void {
    this.running -= 1
    if (isFailure) this.failures += 1
    else this.successes += 1
    if (isSlow) this.slowCalls += 1
  }

  passedOver(): void {
    this.running -= 1
    this.ignored += 1
  }

  openedOnce(now: number): void {
    this.opened += 1
    this.openedAt = now
  }
}
