import type { Clock } from '@millrace/core'

/** Counts the requests that have no complete answer yet, and tells when the last one has it. */
export class InFlight {
  /** All of them. */
  size = 0
  /** Those that end only when they are told to: streams of sessions, subscriptions. */
  #standing = 0
  readonly #waiting = new Set<() => void>()

  begin(): void {
    this.size += 1
  }

  /** @param isStanding whether it was said to `stand` */
  end(isStanding = false): void {
    this.size -= 1
    if (isStanding) this.#standing -= 1
    this.#tell()
  }

  /** One that has begun ends only when it is told to. */
  stand(): void {
    this.#standing += 1
    this.#tell()
  }

  /** Resolves when none is left but those that stand, or after `drainMs`. */
  idle(drainMs: number, clock: Clock): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        timer.cancel()
        this.#waiting.delete(over)
        resolve()
      }
      const timer = clock.after(drainMs, over)
      this.#waiting.add(over)
      this.#tell()
    })
  }

  #tell(): void {
    if (this.size === this.#standing && this.#waiting.size > 0) for (const over of this.#waiting) over()
  }
}
