import { causeOf, hasCause, keepCause, outcomeOf, outcomeOfThrown } from '@millrace/core'
import type { Entry, Outcome, Result } from '@millrace/core'
import type { Parts } from '../parts.ts'
import { bypass, fail } from '../report.ts'
import { present, serve } from '../serve.ts'
import type { Flight } from './flight.ts'
import { Keeper } from './keeper.ts'
import { Snapshot } from './snapshot.ts'
import { whyNotKept } from './storable.ts'
import { TextEntry } from './textEntry.ts'
import type { Waiter } from './waiter.ts'

/** Answers the calls that waited for a load, once it has ended. */
export class Answers {
  readonly #parts: Parts
  readonly #keeper: Keeper

  constructor(parts: Parts) {
    this.#parts = parts
    this.#keeper = new Keeper(parts)
  }

  /** The load brought a result. */
  succeeded(flight: Flight, result: Result): void {
    const now = this.#parts.clock.now()
    // Only now is it known whether the handler has asked its own caller something.
    const why = flight.call.isExchange === true ? 'dialogue' : whyNotKept(result)
    if (why === undefined) return this.#keep(flight, result, now)
    if (why === 'isError' && this.#isCovered(flight, outcomeOf(result, flight.call), causeOf(result), now)) return
    if (why === 'isError' && outcomeOf(result, flight.call) === 'failed') this.#failed(flight, causeOf(result))
    bypass(flight.lane, why)
    if (flight.isRefresh) this.#parts.backoff.failed(flight.key, now)
    const isShared = (why === 'isError' || why === 'fallback') && flight.readsCaller === undefined
    this.#share(flight, result, () => (isShared ? copyOf(result) : undefined))
  }

  /** Another process has stored what was to be loaded. */
  found(flight: Flight, entry: Entry, now: number): void {
    this.#parts.backoff.succeeded(flight.key)
    this.#present(flight, entry, now)
  }

  /** The load threw. */
  failed(flight: Flight, error: unknown): void {
    const now = this.#parts.clock.now()
    if (this.#isCovered(flight, outcomeOfThrown(error, flight.call), error, now)) return
    if (flight.isRefresh) this.#parts.backoff.failed(flight.key, now)
    this.#failed(flight, error)
    // A URL that one caller is to visit is no other caller's.
    const isShared = !isQuestion(error) && flight.readsCaller === undefined
    flight.settle((waiter, isLeader) => {
      if (isLeader || isShared) waiter.reject(error)
      else goOn(waiter)
    })
  }

  #failed(flight: Flight, error: unknown): void {
    if (flight.isRefresh) fail(flight.lane, this.#parts.store.name, 'refresh', error)
    else flight.lane.counters.errors += 1
  }

  #keep(flight: Flight, result: Result, now: number): void {
    const { entry, copy } = this.#keeper.keep(flight, result, now)
    this.#parts.backoff.succeeded(flight.key)
    if (entry === undefined) return this.#share(flight, result, () => copy?.result)
    // Who the result was made for, and nobody else so far, needs no copy.
    const alone = entry instanceof TextEntry && entry.isText ? flight.takeLeaderAlone() : undefined
    if (alone === undefined) this.#present(flight, entry, now)
    else alone.resolve(present(flight.lane, alone.call, entry, now, result))
  }

  #present(flight: Flight, entry: Entry, now: number): void {
    flight.settle(({ call, resolve }) => resolve(present(flight.lane, call, entry, now)))
  }

  /**
   * Gives a result that is not kept to who it was made for, and to the others a copy that nobody can change. Where
   * they must not or cannot have one they go on by themselves.
   */
  #share(flight: Flight, result: Result, copy: () => Result | undefined): void {
    let shared: Result | undefined
    flight.settle((waiter, isLeader) => {
      if (isLeader) return waiter.resolve(result)
      shared ??= copy()
      if (shared === undefined) return goOn(waiter)
      if (hasCause(result)) keepCause(waiter.call, shared, causeOf(result))
      waiter.resolve(shared)
    })
  }

  /** Answers a failure with the stale entry, when the author wants that and it is still to be had. */
  #isCovered(flight: Flight, outcome: Outcome, error: unknown, now: number): boolean {
    const { key, lane, stale, isRefresh } = flight
    const { store, ledger, backoff } = this.#parts
    if (stale === undefined || !isFailure(outcome, error)) return false
    const until = Math.min(stale.freshUntil + lane.settings.staleIfErrorMs, stale.keptUntil)
    if (now >= until || ledger.hasDropped(flight.mark, key, stale)) return false
    backoff.failed(key, now)
    fail(lane, store.name, isRefresh ? 'refresh' : 'load', error)
    flight.settle(({ call, resolve }) => resolve(serve(lane, call, stale, now, store.name)))
    return true
  }
}

const isQuestion = (error: unknown): boolean => (error as { readonly code?: unknown } | null)?.code === -32042

const isFailure = (outcome: Outcome, error: unknown): boolean =>
  (outcome === 'failed' || outcome === 'rejected' || outcome === 'abandoned') && !isAnswer(error)

// What JSON-RPC and the protocol say of the request itself: invalid, no such method, invalid parameters, no such
// resource, a URL to visit first. To serve what was there before would hide it.
const isAnswer = (error: unknown): boolean =>
  [-32600, -32601, -32602, -32002, -32042].includes((error as { readonly code?: unknown } | null)?.code as number)

const goOn = (waiter: Waiter): void => {
  try {
    waiter.resolve(waiter.next(waiter.call))
  } catch (error) {
    waiter.reject(error)
  }
}

const copyOf = (result: Result): Result | undefined => {
  try {
    return new Snapshot(result, true).result
  } catch {
    return undefined
  }
}
