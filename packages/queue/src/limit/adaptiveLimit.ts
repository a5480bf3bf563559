import type { Limit } from './limit.ts'
import type { Pace } from './pace.ts'
import { Window } from './window.ts'

/** Where an adaptive limit starts, and between what it stays. */
export interface AdaptiveLimitOptions {
  /** An integer from `min` to `max`. @default 20, or what of `min` and `max` is nearest */
  readonly initial?: number | undefined
  /** An integer ≥ 1. @default 1 */
  readonly min?: number | undefined
  /** An integer ≥ `min`. @default 1000 */
  readonly max?: number | undefined
}

/** The same with its defaults in place. */
export interface AdaptiveLimitBounds {
  readonly initial: number
  readonly min: number
  readonly max: number
}

/**
 * Finds out how many calls can run at once before they only wait for each other at whatever they depend on. It compares
 * how long calls take with how long they take when they wait for nothing, class by class, so that a slow tool is not
 * taken for a slow dependency. Above the tolerance the limit falls in proportion; below it grows, by its square root,
 * as long as calls press against it. To know what no waiting is while there is always more work than can be done, it
 * now and then lets fewer calls run for a moment and looks whether they become faster.
 *
 * (The gradient is that of Envoy's adaptive concurrency filter and Netflix's Gradient, the moment of fewer calls Envoy's
 * minRTT window; the means of logarithms for each class are ours.)
 */
export class AdaptiveLimit implements Limit {
  current: number
  readonly isMeasuring = true
  epoch = 0
  readonly #min: number
  readonly #max: number
  /** The limit, with fractions. */
  #estimate: number
  #phase: 'measure' | 'drain' | 'probe' = 'measure'
  #isPressed = false
  readonly #window = new Window()
  /** How much longer calls took than they need, in the last window. */
  #ratio = 1
  #probedAt = -Infinity
  #probeMs = 0
  /** Whether what calls need is known: with fewer of them they did not become faster. */
  #isSettled = false
  /** The estimate when it was last looked at with fewer calls. */
  #probed = NaN

  constructor({ initial, min, max }: AdaptiveLimitBounds) {
    this.#min = min
    this.#max = max
    this.#estimate = this.current = initial
  }

  get isProbing(): boolean {
    return this.#phase !== 'measure'
  }

  pressed(): void {
    this.#isPressed = true
  }

  measured(pace: Pace, ms: number, epoch: number, now: number, inFlight: number): boolean {
    const log = pace.add(ms)
    if (this.#phase === 'drain') {
      if (inFlight <= this.current + 1) this.#begin('probe', now)
      return false
    }
    if (epoch !== this.epoch) return false
    this.#window.add(pace, log, ms, now, inFlight)
    if (!this.#isWindowFull(now)) return false
    const before = this.current
    if (this.#phase === 'probe') this.#endProbe(now)
    else this.#endWindow(now)
    return this.current !== before
  }

  /** A probe that says neither yes nor no goes on for a while: a wrong answer costs more than a longer look. */
  #isWindowFull(now: number): boolean {
    const window = this.#window
    if (this.#phase !== 'probe') return window.isFull(now, false)
    return window.isFull(now, true) && (window.isClear(muchFaster) || now - this.#probedAt > longestProbeMs)
  }

  #endWindow(now: number): void {
    const window = this.#window
    const ratio = (this.#ratio = window.ratio())
    const isPressed = this.#isPressed
    this.#isPressed = false
    window.learn(ratio)
    if (!isPressed && window.inFlight < this.#estimate / 2) {
      if (window.inFlight < this.#estimate / 3) window.correct(lightLoadWeight)
      window.clear(now)
      return
    }
    this.#move(ratio, isPressed)
    if (isPressed && this.#needsProbe(now)) return this.#startProbe(now)
    window.clear(now)
    this.#set(this.#estimate)
  }

  #move(ratio: number, mayGrow: boolean): void {
    const estimate = this.#estimate
    const wanted =
      estimate * Math.max(steepest, tolerance / Math.max(ratio, tolerance)) + headroom * Math.sqrt(estimate)
    const moved = estimate + (wanted - estimate) * (ratio > farTooSlow ? 1 : smoothing)
    if (mayGrow || moved < estimate) this.#estimate = Math.min(this.#max, Math.max(this.#min, moved))
  }

  get #mayProbe(): boolean {
    return this.#estimate > this.#min && this.#estimate >= 2
  }

  #needsProbe(now: number): boolean {
    if (!this.#mayProbe) return false
    const change = this.#estimate / this.#probed
    if (!this.#isSettled || change > probeChange || change < 1 / probeChange) return true
    return now - this.#probedAt >= Math.max(probeEveryMs, probeShare * this.#probeMs)
  }

  /** Lets fewer run. Where they are is known to be too many only when they have become fewer. */
  #startProbe(now: number): void {
    const half = this.#estimate / 2
    const fewer = this.#isSettled ? Math.max(half, (this.#estimate / this.#ratio) * justFewer) : half
    this.#probedAt = now
    this.#probed = this.#estimate
    this.#set(Math.max(this.#min, Math.min(fewer, this.#estimate - 1)))
    this.#begin('drain', now)
  }

  #endProbe(now: number): void {
    // What calls took before, in the light of what they need.
    const change = this.#window.ratio()
    const before = this.#ratio / change
    this.#isSettled = change > muchFaster
    this.#window.settle()
    this.#probeMs = now - this.#probedAt
    if (!this.#isSettled && this.current / this.#probed / change > asMuch) {
      // As much was done with so many fewer: that is where to go on from, and to look again.
      this.#estimate = this.current
      this.#ratio = 1
      if (this.#mayProbe) return this.#startProbe(now)
    }
    if (before > farTooSlow) this.#move(before, false)
    this.#begin('measure', now)
    this.#set(this.#estimate)
  }

  #begin(phase: 'measure' | 'drain' | 'probe', now: number): void {
    this.#phase = phase
    this.epoch += 1
    this.#window.clear(now)
  }

  #set(limit: number): void {
    this.current = Math.max(1, Math.round(limit))
  }
}

// Calls may take that many times as long as they need before there are too many of them.
const tolerance = 1.2
const headroom = 0.5
const smoothing = 0.6
// Beyond that it is no chance: the limit falls at once.
const farTooSlow = 2.5
const steepest = 0.25
const probeEveryMs = 10_000
/** It may take one part in that many of the time. */
const probeShare = 30
// The limit has moved that far from where it was last looked at with fewer calls.
const probeChange = 1.4
const longestProbeMs = 500
const justFewer = 0.85
// Of the calls that were done in a time, when fewer ran.
const asMuch = 0.85
const muchFaster = 0.8
const lightLoadWeight = 0.2
