import type { Clock } from '../clock.ts'
import type { Timer } from '../timer.ts'

/** Time that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time on and runs what falls due, in order, each at its own moment, also what those runs add. What waits for
   * a promise goes on only when the test awaits: to see a chain of waits, advance step by step.
   *
   * @param ms at least 0
   * @throws RangeError when time would go back or nowhere
   */
  advance(ms: number): void
  /** Timers that wait: 0 when nothing was left behind. */
  readonly timers: number
}

/** A clock for tests. @param start its first `now()`, in milliseconds. @default 0 */
export const manualClock = (start = 0): ManualClock => {
  let now = start
  const waiting = new Set<{ readonly dueAt: number; readonly run: () => void }>()
  const earliest = (until: number) =>
    [...waiting].filter((one) => one.dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0]
  return {
    now: () => now,
    after: (delayMs, run): Timer => {
      const one = { dueAt: now + (delayMs > 0 ? delayMs : 0), run }
      waiting.add(one)
      return { cancel: () => void waiting.delete(one) }
    },
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError(`manualClock.advance takes a number ≥ 0, got ${ms}`)
      const until = now + ms
      for (let one = earliest(until); one !== undefined; one = earliest(until)) {
        waiting.delete(one)
        now = one.dueAt
        one.run()
      }
      now = Math.max(now, until)
    },
    get timers() {
      return waiting.size
    },
  }
}
