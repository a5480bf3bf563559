import type { Clock, Timer } from '@millrace/core'
import { traceContextOf } from '@millrace/metrics'
import type { Metrics } from '@millrace/metrics'
import { watchCalls } from '../calls/callWatch.ts'
import type { EndedCall } from '../calls/callWatch.ts'
import { cpuShares } from '../report/cpuShares.ts'
import type { CpuProfile } from '../profile/cpuProfile.ts'
import { Sampler } from './sampler.ts'
import type { SlowCallsSettings } from './options.ts'
import type { SlowCall, SlowCallsAnswer } from './slowCall.ts'

/** Keeps the last calls that were slow, with where their time went, as long as it is told to look. */
export class SlowCalls {
  readonly #settings: SlowCallsSettings
  readonly #metrics: Pick<Metrics, 'look'>
  readonly #clock: Clock
  readonly #windowMs: number
  readonly #profiles = new Map<number, CpuProfile>()
  #kept: readonly SlowCall[] = []
  #seen = 0
  #end = (): void => {}

  /** @param windowMs how long it takes until there is a profile of a call */
  constructor(settings: SlowCallsSettings, metrics: Pick<Metrics, 'look'>, clock: Clock, windowMs = 10_000) {
    this.#settings = settings
    this.#metrics = metrics
    this.#clock = clock
    this.#windowMs = windowMs
  }

  get answer(): SlowCallsAnswer {
    return { aboveMs: this.#settings.aboveMs, seen: this.#seen, calls: this.#kept }
  }

  /** Undefined when it is not kept, or nobody looked. */
  profileOf(id: number): CpuProfile | undefined {
    return this.#profiles.get(id)
  }

  begin(): void {
    const stopWatching = watchCalls(this.#metrics.look, this.#clock, { ended: (call) => this.#note(call) })
    const stopSampling = this.#settings.hasCpu ? this.#sample() : () => {}
    this.#end = () => {
      stopWatching()
      stopSampling()
    }
  }

  end(): void {
    this.#end()
    this.#end = () => {}
  }

  #note({ call, record, outcome, tookMs, besides }: EndedCall): void {
    if (tookMs < this.#settings.aboveMs) return
    this.#seen += 1
    const made: SlowCall = {
      id: this.#seen,
      at: Math.round(record.startedAt),
      operation: call.operation.slice(0, longestName),
      outcome,
      tookMs,
      time: record.split(tookMs),
      besides,
      traceId: traceContextOf(call)?.traceId,
      cpu: undefined,
    }
    this.#kept = [made, ...this.#kept].slice(0, this.#settings.keep)
    this.#profiles.delete(made.id - this.#settings.keep)
  }

  /** Returns what ends it. */
  #sample(): () => void {
    const sampler = new Sampler(this.#clock)
    let timer: Timer | undefined
    let beganAt = this.#clock.now()
    let looked = this.#seen
    let isEnded = false
    const again = (): void => {
      if (!isEnded) timer = this.#clock.after(this.#windowMs, () => void turn().catch(fail))
    }
    const turn = async (): Promise<void> => {
      // Where nothing is slow a window is only there to be thrown away: the fewer of them, the better.
      if (this.#seen > looked || this.#clock.now() - beganAt >= idleWindows * this.#windowMs) {
        const since = looked
        looked = this.#seen
        beganAt = this.#clock.now()
        await sampler.turn()
        this.#explain(sampler, since, looked)
      }
      again()
    }
    sampler.begin().then(again, fail)
    return () => {
      isEnded = true
      timer?.cancel()
      sampler.end()
    }
  }

  /** Says of the slowest calls of a window what was computed meanwhile. */
  #explain(sampler: Sampler, after: number, last: number): void {
    const ofWindow = this.#kept.filter(({ id, cpu }) => id > after && id <= last && cpu === undefined)
    for (const one of ofWindow.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, profilesOfWindow)) {
      const profile = sampler.between(one.at, one.at + one.tookMs)
      if (profile === undefined) continue
      const { shares, busiest } = cpuShares(profile)
      const coveredMs = (profile.endTime - profile.startTime) / 1000
      const cpu = { coveredMs, shares, functions: busiest.slice(0, shownFunctions) }
      this.#profiles.set(one.id, profile)
      this.#kept = this.#kept.map((kept) => (kept.id === one.id ? { ...kept, cpu } : kept))
    }
  }
}

const fail = (error: unknown): void => {
  const said = error instanceof Error ? error.message : String(error)
  process.emitWarning(`ops.slowCalls: there are no CPU profiles of slow calls: ${said}`, {
    type: 'MillraceWarning',
    code: 'MILLRACE_PROFILE',
  })
}

const longestName = 128
const idleWindows = 6
const profilesOfWindow = 3
const shownFunctions = 5
