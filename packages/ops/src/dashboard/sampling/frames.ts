import type { Frame } from './frame.ts'

/** Frames of the last minutes, some seconds apart: what periods of time are measured between. */
export class Frames {
  readonly #everyMs: number
  readonly #keptMs: number
  readonly #frames: Frame[] = []

  /** @param everyMs how far two that are kept are apart @param keptMs how long they are kept */
  constructor(everyMs: number, keptMs: number) {
    this.#everyMs = everyMs
    this.#keptMs = keptMs
  }

  /** Oldest first. */
  get all(): readonly Frame[] {
    return this.#frames
  }

  add(frame: Frame): void {
    const last = this.#frames.at(-1)
    if (last !== undefined && frame.at - last.at < this.#everyMs) return
    this.#frames.push(frame)
    while (this.#frames.length > 1 && this.#frames[1]!.at <= frame.at - this.#keptMs) this.#frames.shift()
  }

  /** The youngest that is at least so old; the oldest when none is. Undefined when there is none. */
  before(at: number): Frame | undefined {
    return this.#frames.findLast((frame) => frame.at <= at) ?? this.#frames[0]
  }
}
