import { AsyncResource } from 'node:async_hooks'
import type { Timer } from './timer.ts'
import { wheel } from './wheel.ts'

/** Time, so that tests can hold it. Everything in Millrace that waits or dates something asks a clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with fractions; never goes back while the process lives. */
  now(): number
  /**
   * Runs `run` once, not before `delayMs` milliseconds. It may come up to an eighth of the delay later, and it does
   * not keep the process alive. It runs in nobody's async context: bind what needs its caller's
   * (`AsyncLocalStorage.bind`).
   *
   * @param delayMs not above 0, or NaN: as soon as possible; `Infinity`: never
   */
  after(delayMs: number, run: () => void): Timer
}

/**
 * The process's own time. All its timers share one wheel and at most one timer of Node's. `now()` starts from the wall
 * clock and then counts on its own: it ignores later corrections of the wall clock, so a date that other processes read
 * may be off by those.
 */
export const systemClock: Clock = {
  now: () => startedAt + performance.now(),
  after: (delayMs, run) => timers.after(delayMs, run),
}

const startedAt = performance.timeOrigin

// Without it, the timers of all callers would run in the async context of whichever caller happened to arm the wheel.
const nobody = new AsyncResource('millrace.clock')

const timers = wheel({
  now: () => performance.now(),
  arm: (delayMs, run) => {
    const handle = nobody.runInAsyncScope(() => setTimeout(run, delayMs))
    handle.unref()
    return () => clearTimeout(handle)
  },
})
