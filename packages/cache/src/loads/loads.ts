import { AbandonedError, abortReason, isAborted, outcomeOf, outcomeOfThrown, withCall } from '@millrace/core'
import type { Call, Entry, Next, Outcome, Result } from '@millrace/core'
import type { Parts } from '../parts.ts'
import type { Lane } from '../plan/lane.ts'
import { events } from '../report.ts'
import { Answers } from './answers.ts'
import { RecentFlight } from './recentFlight.ts'
import { Flight } from './flight.ts'
import type { FlightOf } from './flight.ts'
import { Flights } from './flights.ts'
import { Turns } from './turns.ts'

/** The loads under way, one for each key. */
export class Loads {
  readonly #parts: Parts
  readonly #answers: Answers
  readonly #recent: RecentFlight
  readonly #turns: Turns | undefined
  readonly #flights = new Flights()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#answers = new Answers(parts)
    this.#recent = new RecentFlight(parts.clock)
    this.#turns = parts.store.hasLeases ? new Turns(parts) : undefined
  }

  /** Waits with others for the load that was joined last; undefined when the call does not want the same. */
  joinRecent(call: Call, next: Next, lane: Lane): Promise<Result> | undefined {
    const flight = this.#recent.find(call, lane)
    if (flight === undefined || this.#parts.ledger.hasDropped(flight.mark, flight.key, flight)) return undefined
    return this.#share(flight, call, next, lane)
  }

  /** Waits for the load of the key; starts one when none is under way. @param stale what is served should it fail */
  join(call: Call, next: Next, lane: Lane, key: string, stale: Entry | undefined, now: number): Promise<Result> {
    if (isAborted(call)) return Promise.reject(abortReason(call))
    const flight = this.#flights.get(key)
    if (flight !== undefined && this.#isCurrent(flight, now)) {
      flight.stale ??= stale
      this.#recent.open(flight, call, lane, flight.startedAt + this.#parts.maxLoadMs - now)
      return this.#share(flight, call, next, lane)
    }
    lane.counters.misses += 1
    if (events.hasSubscribers) events.publish({ type: 'cache.miss', operation: lane.operation, isShared: false })
    const started = this.#begin({
      key,
      lane,
      call,
      stale,
      startedAt: now,
      isRefresh: false,
      mark: this.#parts.ledger.mark,
    })
    const answer = started.join(call, next)
    this.#begun(started, call, next)
    return answer
  }

  /** Loads anew in the background, unless that is under way or has just failed. */
  refresh(call: Call, next: Next, lane: Lane, key: string, stale: Entry, now: number): void {
    const { backoff, ledger, clock, maxLoadMs } = this.#parts
    const flight = this.#flights.get(key)
    if ((flight !== undefined && this.#isCurrent(flight, now)) || backoff.isWaiting(key, now)) return
    lane.counters.refreshes += 1
    const started = this.#begin({ key, lane, call, stale, startedAt: now, isRefresh: true, mark: ledger.mark })
    started.deadline = call.clock.now() + maxLoadMs
    if (maxLoadMs < Infinity) started.timer = clock.after(maxLoadMs, () => started.expire(tooSlow(maxLoadMs)))
    // The stale answer is on its way before the load takes the thread.
    setImmediate(() => {
      started.startedAt = clock.now()
      this.#begun(started, call, next)
    })
  }

  #share(flight: Flight, call: Call, next: Next, { counters, operation }: Lane): Promise<Result> {
    if (isAborted(call)) return Promise.reject(abortReason(call))
    if (flight.isOf(call)) return next(call)
    counters.joined += 1
    if (events.hasSubscribers) events.publish({ type: 'cache.miss', operation, isShared: true })
    return flight.join(call, next)
  }

  #isCurrent(flight: Flight, now: number): boolean {
    const { ledger, maxLoadMs } = this.#parts
    return now - flight.startedAt < maxLoadMs && !ledger.hasDropped(flight.mark, flight.key, flight)
  }

  #begin(of: FlightOf): Flight {
    const before = this.#flights.get(of.key)
    if (before !== undefined) {
      before.isSuperseded = true
      before.turn?.end(true)
      this.#recent.close(before)
    }
    const flight = new Flight(of, this.#abandon)
    this.#flights.set(flight)
    return flight
  }

  readonly #abandon = (flight: Flight, reason: unknown): void => {
    this.#close(flight)
    if (flight.isRefresh) this.#answers.failed(flight, reason)
    flight.cancellation.abort(reason)
    flight.turn?.end(true)
  }

  #close(flight: Flight): void {
    flight.timer?.cancel()
    this.#recent.close(flight)
    this.#flights.delete(flight)
  }

  /** Loads, when it is this process's turn. */
  #begun(flight: Flight, call: Call, next: Next): void {
    if (this.#turns === undefined) this.#launch(flight, call, next)
    else void this.#inTurn(this.#turns, flight, call, next)
  }

  async #inTurn(turns: Turns, flight: Flight, call: Call, next: Next): Promise<void> {
    const entry = await turns.wait(flight)
    if (flight.cancellation.isAborted) return
    const now = this.#parts.clock.now()
    if (entry !== undefined) {
      this.#close(flight)
      this.#answers.found(flight, entry, now)
      return
    }
    flight.startedAt = now
    const heir = flight.handOver()
    this.#launch(flight, heir?.call ?? call, heir?.next ?? next)
  }

  #launch(flight: Flight, call: Call, next: Next): void {
    try {
      Promise.resolve(next(withCall(call, flight))).then(
        (result) => this.#succeeded(flight, result),
        (error: unknown) => this.#failed(flight, error),
      )
    } catch (error) {
      this.#failed(flight, error)
    }
  }

  #succeeded(flight: Flight, result: Result): void {
    if (this.#isOver(flight, outcomeOf(result, flight.call))) return
    this.#close(flight)
    this.#answers.succeeded(flight, result)
    flight.turn?.end(false)
  }

  #failed(flight: Flight, error: unknown): void {
    if (this.#isOver(flight, outcomeOfThrown(error, flight.call))) return
    this.#close(flight)
    this.#answers.failed(flight, error)
    flight.turn?.end(false)
  }

  /** Whether nobody waits any more, or the load has begun again for those who do. */
  #isOver(flight: Flight, outcome: Outcome): boolean {
    // What comes after all have left may be half done.
    if (flight.cancellation.isAborted) return true
    // A handler that listens to something else than its call's signal ended with the caller it was run for.
    const waiter = outcome === 'cancelled' ? flight.handOver() : undefined
    if (waiter === undefined) return false
    flight.startedAt = this.#parts.clock.now()
    this.#launch(flight, waiter.call, waiter.next)
    return true
  }
}

const tooSlow = (maxLoadMs: number): AbandonedError =>
  new AbandonedError(`The load in the background took more than ${maxLoadMs} ms.`, { code: 'ERR_LOAD_TIMEOUT' })
