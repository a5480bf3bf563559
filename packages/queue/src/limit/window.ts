import type { Pace } from './pace.ts'

/** What was measured since the last decision, class by class. */
export class Window {
  #since = 0
  #count = 0
  #inFlight = 0
  #sum = 0
  /** Calls of classes whose needs are known, and how much longer they took than they need, in logarithms. */
  #known = 0
  #excess = 0
  #squares = 0
  readonly #paces: Pace[] = []

  /** How many calls ran, on average. */
  get inFlight(): number {
    return this.#count === 0 ? 0 : this.#inFlight / this.#count
  }

  add(pace: Pace, log: number, ms: number, now: number, inFlight: number): void {
    if (this.#count === 0) this.#since = now - ms
    if (pace.count === 0) this.#paces.push(pace)
    pace.count += 1
    pace.sum += log
    const excess = log - pace.base
    if (!Number.isNaN(excess)) {
      this.#known += 1
      this.#excess += excess
      this.#squares += excess * excess
    }
    this.#count += 1
    this.#sum += log
    this.#inFlight += inFlight
  }

  /** Whether there is enough to decide by: the shorter a window, the more it has of short calls. */
  isFull(now: number, isProbe: boolean): boolean {
    const passedMs = now - this.#since
    const enough = isProbe ? minProbeCalls : minCalls
    // Where calls are slow, a rough decision now is worth more than a good one later.
    if (this.#count < (passedMs < longMs ? enough : fewestCalls)) return false
    if (passedMs < (isProbe ? minProbeMs : minMs)) return false
    const typicalMs = Math.exp(this.#sum / this.#count)
    const roundTrips = this.#count < manyCalls ? 8 : 3
    return passedMs >= Math.min(maxMs, roundTrips * typicalMs)
  }

  /** How many times as long as they need calls took, the classes weighted by their calls; 1 when none is known. */
  ratio(): number {
    return Math.exp(this.#meanExcess)
  }

  /** Whether `ratio()` is below a value by more than chance, or known well enough to go by. */
  isClear(ratio: number): boolean {
    const error = this.#error
    const above = this.#meanExcess - Math.log(ratio)
    return above < -sureErrors * error || (above > sureErrors * error && error < enoughError)
  }

  /** Classes that are new: what they take is known but for what all classes wait. */
  learn(ratio: number): void {
    for (const pace of this.#paces) {
      if (Number.isNaN(pace.base)) pace.base = pace.sum / pace.count - Math.log(Math.max(1, ratio))
    }
  }

  /**
   * What calls took here is what they need. A class with few calls moves by what all of them say.
   *
   * @param weight from 0 (nothing) to 1 of what was said before
   */
  correct(weight: number): void {
    for (const pace of this.#paces) this.#move(pace, weight)
  }

  /** The same, in full where it is news; else it is one more look at what is known already, by as many calls as it has. */
  settle(): void {
    const isNews = Math.abs(this.#meanExcess) > newsErrors * this.#error
    for (const pace of this.#paces) {
      if (isNews) pace.looks = 0
      this.#move(pace, pace.count / (pace.count + pace.looks))
      pace.looks = Math.min(mostLooks, pace.looks + pace.count)
    }
  }

  #move(pace: Pace, weight: number): void {
    const mean = pace.sum / pace.count
    if (Number.isNaN(pace.base)) pace.base = mean
    const trust = pace.count / (pace.count + fewCalls)
    pace.base += weight * (trust * (mean - pace.base) + (1 - trust) * this.#meanExcess)
  }

  clear(now: number): void {
    for (const pace of this.#paces) pace.count = pace.sum = 0
    this.#paces.length = 0
    this.#since = now
    this.#count = this.#inFlight = this.#sum = this.#known = this.#excess = this.#squares = 0
  }

  get #meanExcess(): number {
    return this.#known === 0 ? 0 : this.#excess / this.#known
  }

  /** The standard error of that mean. */
  get #error(): number {
    const mean = this.#meanExcess
    return this.#known === 0 ? 0 : Math.sqrt(Math.max(0, this.#squares / this.#known - mean * mean) / this.#known)
  }
}

const minCalls = 32
const minMs = 100
const minProbeCalls = 48
const minProbeMs = 20
const maxMs = 1000
const longMs = 1000
const fewestCalls = 16
const manyCalls = 192
const fewCalls = 8
// Standard errors.
const sureErrors = 2
const newsErrors = 3
const enoughError = 0.12
/** What was looked at long ago counts for less than what was now. */
const mostLooks = 256
