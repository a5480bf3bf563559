import type { MemoryLevel } from '@millrace/core'

/** The levels, the best first. */
export const levels: readonly MemoryLevel[] = ['normal', 'elevated', 'high', 'critical']

/** From which part of its limit on memory is at each level but the first, and how it comes down. */
export interface Steps {
  readonly elevatedRatio: number
  readonly highRatio: number
  readonly criticalRatio: number
  /** How far below a step it must be to count as below. */
  readonly hysteresisRatio: number
  /** For how long, in milliseconds. */
  readonly calmMs: number
}

/** Which level memory is at: up at once, and down when it has been better for a while, as far as it was all the time. */
export class Ladder {
  /** The place of the level among the levels. */
  rung = 0
  readonly #starts: readonly number[]
  readonly #steps: Steps
  /** The highest rung that would have been right since it has been better, and since when. */
  #calm: { rung: number; readonly since: number } | undefined

  constructor(steps: Steps) {
    this.#steps = steps
    this.#starts = [-Infinity, steps.elevatedRatio, steps.highRatio, steps.criticalRatio]
  }

  get level(): MemoryLevel {
    return levels[this.rung] as MemoryLevel
  }

  /** The rung that a ratio alone would be at. */
  reached(ratio: number): number {
    return this.#starts.findLastIndex((start) => ratio >= start)
  }

  /** @returns whether the level has changed */
  step(ratio: number, now: number): boolean {
    const reached = this.reached(ratio)
    if (reached >= this.rung) {
      this.#calm = undefined
      const isHigher = reached > this.rung
      this.rung = reached
      return isHigher
    }
    const below = this.reached(ratio + this.#steps.hysteresisRatio)
    if (below >= this.rung) {
      this.#calm = undefined
      return false
    }
    this.#calm ??= { rung: below, since: now }
    this.#calm.rung = Math.max(this.#calm.rung, below)
    if (now - this.#calm.since < this.#steps.calmMs) return false
    this.rung = this.#calm.rung
    this.#calm = undefined
    return true
  }

  /** Back to the first, as if nothing had been. */
  reset(): void {
    this.rung = 0
    this.#calm = undefined
  }
}
