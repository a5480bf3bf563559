import type { Pace } from './pace.ts'

/** How many calls may run at once. Whether a call is let in is the limiter's business. */
export interface Limit {
  /** At this moment; at least 1. */
  readonly current: number
  /** Whether it wants to know how long calls take. */
  readonly isMeasuring: boolean
  /** Whether fewer may run for a moment, to find out something, and there will be more again soon. */
  readonly isProbing: boolean
  /** What a call takes along when it starts: a measurement says under which circumstances it began. */
  readonly epoch: number
  /** A call had to wait, or was refused, because as many ran as may. */
  pressed(): void
  /**
   * A call has ended.
   *
   * @param epoch what `epoch` was when it started
   * @param inFlight how many ran, this one included
   * @returns whether `current` has changed
   */
  measured(pace: Pace, ms: number, epoch: number, now: number, inFlight: number): boolean
}

/** As many as somebody has said. */
export class FixedLimit implements Limit {
  readonly current: number
  readonly isMeasuring = false
  readonly isProbing = false
  readonly epoch = 0

  constructor(current: number) {
    this.current = current
  }

  pressed(): void {}

  measured(pace: Pace, ms: number): boolean {
    pace.add(ms)
    return false
  }
}
