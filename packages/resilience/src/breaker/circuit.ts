import type { Call, Clock } from '@millrace/core'
import type { Holdable } from '../keyed.ts'
import { events } from '../report.ts'
import { jittered } from '../schedule.ts'
import { CircuitOpenError } from './circuitOpenError.ts'
import type { BreakerPlan, Mode } from './plan.ts'
import { stateOf } from './state.ts'
import type { HalfOpen, Open, State } from './state.ts'
import { Counts } from './stats.ts'
import type { Tally } from './window.ts'

/** One circuit: lets calls through or refuses them, by how those before have ended. It needs no timer. */
export class Circuit implements Holdable {
  wasUsed = true
  readonly counts: Counts = new Counts()
  /** What is counted for all circuits together. */
  readonly #total: Counts
  readonly #plan: BreakerPlan
  readonly #key: string
  #state: State
  #rejected = 0

  constructor(plan: BreakerPlan, key: string, mode: Mode, total: Counts) {
    this.#plan = plan
    this.#total = total
    this.#key = key
    this.#state = stateOf(plan, mode)
  }

  get state(): State {
    return this.#state
  }

  get dearSince(): number | undefined {
    return this.#state.type === 'open' ? this.#state.since : undefined
  }

  hold(now: number): 'loose' | 'spare' | 'dear' | 'held' {
    const state = this.#state
    if (state.type === 'closed') return this.counts.running === 0 ? 'loose' : 'held'
    if (this.counts.running > 0) return 'held'
    // Nobody has asked for it since it could have been tried again.
    if (state.type === 'open') return now < state.until ? 'dear' : 'spare'
    return state.type === 'halfOpen' ? 'spare' : 'held'
  }

  /** Lets a call in, or says why not. A call that is let into a half-open circuit takes a permit with it. */
  enter(call: Call): CircuitOpenError | undefined {
    const state = this.#state
    switch (state.type) {
      case 'open':
        return this.#enterOpen(call, state)
      case 'halfOpen':
        return this.#enterHalfOpen(call, state)
      case 'isolated':
        return this.#refuse(call, 'isolated', undefined)
      default:
        return undefined
    }
  }

  /** A call that was let in begins. */
  begin(): void {
    this.counts.running += 1
    this.#total.running += 1
  }

  /** A call that was let in has ended in a way that counts. */
  record(admittedIn: State, isFailure: boolean, isSlow: boolean, clock: Clock): void {
    this.counts.ended(isFailure, isSlow)
    this.#total.ended(isFailure, isSlow)
    const state = this.#state
    if (state !== admittedIn) return
    if (state.type === 'closed' || state.type === 'observing') {
      state.window.record(isFailure, isSlow, this.#plan.isTimed ? clock.now() : 0)
      // A success may be what completes `minCalls`, and may come when older ones have left the window.
      if (state.window.failures > 0 || state.window.slowCalls > 0 || state.type === 'observing')
        this.#judge(state, clock)
    } else if (state.type === 'halfOpen') {
      state.calls += 1
      if (isFailure) state.failures += 1
      if (isSlow) state.slowCalls += 1
      this.#judgeProbes(state, clock)
    }
  }

  /** A call that was let in has ended in a way that does not count: its permit is free again. */
  giveBack(admittedIn: State): void {
    this.counts.passedOver()
    this.#total.passedOver()
    if (this.#state === admittedIn && admittedIn.type === 'halfOpen') admittedIn.permits += 1
  }

  /** Goes on where another process has stopped. */
  restore(state: State): void {
    this.#state = state
  }

  /** What its owner wants, whatever it was in. */
  force(mode: Mode): void {
    const before = this.#state.type
    this.#state = stateOf(this.#plan, mode)
    this.#rejected = 0
    if (mode === 'isolated') this.#announceOpen('opened', 'isolated', Infinity, 1, none)
    else if (mode !== 'closed') this.#announceClosed(mode)
    else if (before !== 'closed') this.#announceClosed('reset')
  }

  #enterOpen(call: Call, state: Open): CircuitOpenError | undefined {
    const now = call.clock.now()
    // One that was restored may have been dated by a clock that was ahead.
    const { until, opens } = now < state.since ? this.#dated(state, now) : state
    if (now < until) return this.#refuse(call, 'open', until - now)
    const { probes } = this.#plan
    // The one who finds the time over is the first probe.
    this.#state = { type: 'halfOpen', lastProbeAt: now, opens, permits: probes - 1, ...none }
    if (events.hasSubscribers) events.publish({ type: 'breaker.halfOpened', ...this.#who, probes, opens })
    return undefined
  }

  #dated({ since, until, opens }: Open, now: number): Open {
    return (this.#state = { type: 'open', since: now, until: now + until - since, opens })
  }

  #enterHalfOpen(call: Call, state: HalfOpen): CircuitOpenError | undefined {
    const now = call.clock.now()
    if (state.permits > 0) {
      state.permits -= 1
      state.lastProbeAt = now
      return undefined
    }
    if (now - state.lastProbeAt < this.#plan.maxHalfOpenMs) return this.#refuse(call, 'halfOpen', undefined)
    return this.#refuse(call, 'open', this.#open('halfOpenTime', state, state.opens + 1, now))
  }

  #judge(state: Extract<State, { type: 'closed' | 'observing' }>, clock: Clock): void {
    const { window } = state
    const reason = window.calls < this.#plan.minCalls ? undefined : this.#excess(window, window.calls)
    if (state.type === 'closed') {
      if (reason !== undefined) this.#open(reason, window, 1, clock.now())
      return
    }
    const wasExceeded = state.isExceeded
    state.isExceeded = reason !== undefined
    if (reason !== undefined && !wasExceeded) this.#announceOpen('exceeded', reason, this.#plan.openMs(1), 1, window)
  }

  /** Opens again as soon as no ending of the other probes could change that; closes when all have ended. */
  #judgeProbes(state: HalfOpen, clock: Clock): void {
    const reason = this.#excess(state, this.#plan.probes)
    if (reason !== undefined) this.#open(reason, state, state.opens + 1, clock.now())
    else if (state.calls === this.#plan.probes) {
      this.#state = stateOf(this.#plan, 'closed')
      this.#rejected = 0
      this.#announceClosed('probes')
    }
  }

  #excess({ failures, slowCalls }: Tally, calls: number): 'failureRatio' | 'slowRatio' | undefined {
    if (failures / calls >= this.#plan.failureRatio) return 'failureRatio'
    return slowCalls / calls >= this.#plan.slowRatio ? 'slowRatio' : undefined
  }

  /** @returns for how long, in milliseconds */
  #open(reason: 'failureRatio' | 'slowRatio' | 'halfOpenTime', tally: Tally, opens: number, now: number): number {
    const { openMs, jitterRatio, random } = this.#plan
    const waitMs = jittered(openMs(opens), jitterRatio, random)
    this.#state = { type: 'open', since: now, until: now + waitMs, opens }
    this.counts.openedOnce(now)
    this.#total.openedOnce(now)
    this.#announceOpen('opened', reason, waitMs, opens, tally)
    return waitMs
  }

  #refuse(call: Call, state: 'open' | 'halfOpen' | 'isolated', waitMs: number | undefined): CircuitOpenError {
    this.#rejected += 1
    this.counts.rejected += 1
    this.#total.rejected += 1
    const retryAfterMs = waitMs === Infinity ? undefined : waitMs
    const { operation } = call
    if (events.hasSubscribers) {
      const rejected = this.#rejected
      events.publish({ type: 'breaker.rejected', ...this.#who, operation, state, rejected, retryAfterMs })
    }
    return new CircuitOpenError(messages[state](operation, retryAfterMs), retryAfterMs)
  }

  get #who(): { readonly name: string; readonly key: string } {
    return { name: this.#plan.name, key: this.#key }
  }

  #announceOpen(
    what: 'opened' | 'exceeded',
    reason: 'failureRatio' | 'slowRatio' | 'halfOpenTime' | 'isolated',
    openMs: number,
    opens: number,
    { calls, failures, slowCalls }: Tally,
  ): void {
    if (!events.hasSubscribers) return
    events.publish({ type: `breaker.${what}`, ...this.#who, reason, openMs, opens, calls, failures, slowCalls })
  }

  #announceClosed(reason: 'probes' | 'reset' | 'disabled' | 'observing'): void {
    if (events.hasSubscribers) events.publish({ type: 'breaker.closed', ...this.#who, reason })
  }
}

const none: Tally = { calls: 0, failures: 0, slowCalls: 0 }

const messages = {
  open: (operation: string, ms: number | undefined) =>
    ms === undefined
      ? `${operation} has failed too often and is not tried any more.`
      : `${operation} has failed too often and is not tried again for ${Math.max(1, Math.ceil(ms / 1000))} s.`,
  halfOpen: (operation: string) =>
    `${operation} has failed too often; whether it works again is being tried with other calls.`,
  isolated: (operation: string) => `${operation} has been switched off by those who run this server.`,
} as const satisfies Record<string, (operation: string, retryAfterMs: number | undefined) => string>
