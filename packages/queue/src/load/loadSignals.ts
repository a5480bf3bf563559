import { checkOptions, either, func, having, number, off } from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import { rankOf } from '../priority.ts'
import type { Priority } from '../priority.ts'
import { processLoad } from './processLoad.ts'
import type { LoadReading, LoadSource } from './processLoad.ts'

/** From where a signal counts, and from where on it counts in full. */
export type Ramp = readonly [from: number, to: number]

/** Options of `loadSignals`. */
export interface LoadSignalsOptions {
  /** How late the event loop is at worst, in milliseconds; `false` not to look. @default [50, 250] */
  readonly eventLoopDelayMs?: Ramp | false | undefined
  /** Which part of the time the event loop is busy, from 0 to 1; `false` not to look. @default [0.9, 1.2] */
  readonly eventLoopUtilization?: Ramp | false | undefined
  /** Which part of the heap's limit is used, from 0 to 1; `false` not to look. @default [0.85, 0.97] */
  readonly heapUsedRatio?: Ramp | false | undefined
  /** Memory of the process, in bytes. @default false: nobody but its owner knows how much there is */
  readonly rssBytes?: Ramp | false | undefined
  /**
   * A signal of your own: from 0, all is well, to 1, nothing but critical calls can be served. One that throws counts as
   * 0, with a warning. @default none
   */
  readonly pressure?: (() => number) | undefined
  /** How often is looked, in milliseconds ≥ 10, and only when calls come. @default 250 */
  readonly sampleMs?: number | undefined
  /** Where the readings come from. @default the process */
  readonly source?: LoadSource | undefined
  /** A random number from 0 to 1: which calls of a priority are refused. @default Math.random */
  readonly random?: (() => number) | undefined
}

/** How loaded the process is, for `queue({ load })`. */
export interface LoadSignals {
  /** Whether a call of this priority is to be refused now. Looks at the process when it has not done so of late. */
  sheds(priority: Priority, clock: Clock): boolean
  /** From 0, all is well, to 1: only critical calls are let in. As of the last look, smoothed. */
  readonly level: number
  /** Stops watching the event loop, until the next call comes. */
  stop(): void
}

/**
 * Watches the process and says which calls to refuse: none at level 0; between 0 and 1/3 more and more of `low`, then of
 * `normal`, from 2/3 on of `high`; never `critical`. The level is that of the worst signal. Nothing is watched before the
 * first call comes, and nothing keeps the process alive.
 *
 * @throws TypeError when an option makes no sense.
 */
export const loadSignals = (options: LoadSignalsOptions = {}): LoadSignals => {
  checkOptions('loadSignals', options, checks)
  return new Signals(options)
}

class Signals implements LoadSignals {
  level = 0
  readonly #ramps: ReadonlyArray<readonly [signal: keyof LoadReading, ramp: Ramp]>
  readonly #pressure: () => number
  readonly #sampleMs: number
  readonly #source: LoadSource
  readonly #random: () => number
  #lookedAt = NaN
  #hasWarned = false

  constructor({
    eventLoopDelayMs = [50, 250],
    eventLoopUtilization = [0.9, 1.2],
    heapUsedRatio = [0.85, 0.97],
    rssBytes = false,
    pressure = () => 0,
    sampleMs = 250,
    source = processLoad(),
    random = Math.random,
  }: LoadSignalsOptions) {
    this.#ramps = Object.entries({ eventLoopDelayMs, eventLoopUtilization, heapUsedRatio, rssBytes }).flatMap(
      ([signal, ramp]) => (ramp === false ? [] : [[signal as keyof LoadReading, ramp] as const]),
    )
    this.#pressure = pressure
    this.#sampleMs = sampleMs
    this.#source = source
    this.#random = random
  }

  sheds(priority: Priority, clock: Clock): boolean {
    const now = clock.now()
    if (!(now - this.#lookedAt < this.#sampleMs)) this.#look(now)
    const rank = rankOf(priority)
    if (this.level === 0 || rank === 0) return false
    // A third of the level for each priority: 3 is low, which goes first.
    const share = 3 * this.level - (3 - rank)
    return share > 0 && this.#random() < share
  }

  stop(): void {
    this.#lookedAt = NaN
    this.level = 0
    this.#source.stop()
  }

  /** A pause some time ago says nothing of now, when the loop has rested since and nobody looked. */
  #rested(reading: LoadReading, isLongAgo: boolean): LoadReading {
    if (!isLongAgo || reading.eventLoopUtilization >= restedUtilization) return reading
    this.level = 0
    return { ...reading, eventLoopDelayMs: 0 }
  }

  /** What the owner's signal says; one that fails says nothing, and fails no call. */
  #pressed(): number {
    try {
      return this.#pressure()
    } catch (error) {
      if (!this.#hasWarned) {
        const message = `loadSignals: pressure threw and counts as 0: ${String(error)}`
        process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_PRESSURE' })
      }
      this.#hasWarned = true
      return 0
    }
  }

  #look(now: number): void {
    if (Number.isNaN(this.#lookedAt)) this.#source.start()
    const isLongAgo = now - this.#lookedAt > longAgo * this.#sampleMs
    this.#lookedAt = now
    const reading = this.#rested(this.#source.read(), isLongAgo)
    let worst = clamped(this.#pressed())
    for (const [signal, [from, to]] of this.#ramps)
      worst = Math.max(worst, clamped((reading[signal] - from) / (to - from)))
    const level = this.level + (worst - this.level) * smoothing
    this.level = level < negligible ? 0 : level
  }
}

// Looks without a call in between.
const longAgo = 4
const restedUtilization = 0.5

// One pause for garbage is no overload: after three looks in a row 87 % count.
const smoothing = 0.5
const negligible = 0.001

const clamped = (value: number): number => (value > 0 ? Math.min(1, value) : 0)

const ramp: Check = (value) => {
  const isPair = Array.isArray(value) && value.length === 2 && value.every((one) => Number.isFinite(one))
  return isPair && value[0] >= 0 && value[1] > value[0] ? undefined : 'two numbers ≥ 0, the second one greater'
}

const checks: { readonly [option: string]: Check } = {
  eventLoopDelayMs: either(ramp, off),
  eventLoopUtilization: either(ramp, off),
  heapUsedRatio: either(ramp, off),
  rssBytes: either(ramp, off),
  pressure: func,
  sampleMs: number({ min: 10 }),
  source: having('a source of readings', 'start', 'read', 'stop'),
  random: func,
}
