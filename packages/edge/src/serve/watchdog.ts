import type { Clock, Timer } from '@millrace/core'

/** A process that is to say now and then that it is there. */
export interface Watched {
  /** When it was last heard of, in clock milliseconds. */
  heardAt: number
  /** Has it say something. */
  nudge(): void
  /** Ends it: it has said nothing for too long. */
  giveUp(silentMs: number): void
}

/** What a watchdog goes by. */
export interface WatchdogOptions {
  readonly clock: Clock
  /** How long a process may say nothing, in milliseconds; `Infinity` to watch nobody. */
  readonly silenceMs: number
  /** Those who are there now. */
  readonly watched: () => Iterable<Watched>
}

/**
 * Ends processes that have come to a halt: in a loop without end a process answers nobody, holds the connections it was
 * given, and does not end by itself.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  #timer: Timer | undefined
  #lookedAt = 0

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  start(): void {
    const { clock, silenceMs } = this.#options
    if (silenceMs === Infinity) return
    this.#lookedAt = clock.now()
    this.#next()
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #next(): void {
    const { clock, silenceMs } = this.#options
    this.#timer = clock.after(silenceMs / looks, () => {
      this.#look()
      this.#next()
    })
  }

  #look(): void {
    const { clock, silenceMs, watched } = this.#options
    const now = clock.now()
    // Who has slept through it heard nothing of what was said meanwhile.
    const hasSlept = now - this.#lookedAt > silenceMs / 2
    this.#lookedAt = now
    for (const one of watched()) {
      if (hasSlept) one.heardAt = now
      if (now - one.heardAt >= silenceMs) one.giveUp(now - one.heardAt)
      else one.nudge()
    }
  }
}

/** Times it looks in that time: none goes on for more than an eighth longer than it may. */
const looks = 8
