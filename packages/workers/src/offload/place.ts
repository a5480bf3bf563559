/** Where the next task of a kind is run. */
export type Place = 'inline' | 'worker'

/**
 * Decides by measured time whether a kind of task is worth a thread. It comes inline after `enough` tasks in a row whose
 * threads measured less than `belowMs`; one that takes twice `belowMs` inline goes back, and then has to prove itself
 * over twice as many, so that a kind on the edge does not go to and fro.
 */
export class Placement {
  place: Place = 'worker'
  readonly #belowMs: number
  #enough = 8
  #inARow = 0

  constructor(belowMs: number) {
    this.#belowMs = belowMs
  }

  /** A task took this long, there. @returns whether the next ones run elsewhere */
  took(place: Place, ms: number): boolean {
    if (place !== this.place) return false
    return place === 'worker' ? this.#inWorker(ms) : this.#inline(ms)
  }

  #inWorker(ms: number): boolean {
    this.#inARow = ms < this.#belowMs ? this.#inARow + 1 : 0
    if (this.#inARow < this.#enough) return false
    this.#inARow = 0
    this.place = 'inline'
    return true
  }

  #inline(ms: number): boolean {
    if (ms < 2 * this.#belowMs) return false
    this.#enough = Math.min(2 * this.#enough, atMost)
    this.place = 'worker'
    return true
  }
}

const atMost = 1024
