import { checkOptions, checkShare, onGivenUp, outcomeOf, outcomeOfThrown, systemClock } from '@millrace/core'
import type { Call, Entry, Middleware, Next, Result, Tools } from '@millrace/core'
import { Broadcast } from './broadcast.ts'
import { dropOf } from './invalidation.ts'
import type { Invalidation } from './invalidation.ts'
import { keyOf, rememberKey } from './keys/key.ts'
import { Backoff } from './loads/backoff.ts'
import { isDueEarly } from './loads/earlyRefresh.ts'
import { Loads } from './loads/loads.ts'
import { memoryStore } from './memory/memoryStore.ts'
import type { Parts } from './parts.ts'
import { invalidatesCheck } from './plan/checks.ts'
import type { Lane } from './plan/lane.ts'
import type { CachedOptions, Invalidates } from './plan/options.ts'
import { Plan, saysItWrites } from './plan/plan.ts'
import { bypass, events, fail } from './report.ts'
import { serve } from './serve.ts'
import { Statistics } from './statistics.ts'
import type { CacheStats } from './statistics.ts'
import { GuardedStore } from './stores/guardedStore.ts'
import { Ledger } from './stores/ledger.ts'
import type { Drop } from './stores/ledger.ts'
import { warnOnce } from './warning.ts'

/** One result cache: looks calls up, answers them from the store or a load, and drops what is outdated. */
export class ResultCache {
  readonly #plan: Plan
  readonly #parts: Parts
  readonly #loads: Loads
  readonly #maxInputLength: number
  readonly #random: () => number
  readonly #broadcast: Broadcast | undefined

  constructor(options: CachedOptions) {
    const { clock = systemClock, store = memoryStore({ clock }), random = Math.random } = options
    const { maxLoadMs = 60_000, storeTimeoutMs = 250, maxEntryBytes = 2 ** 20, maxInputLength = 2 ** 20 } = options
    const statistics = new Statistics()
    const ledger = new Ledger()
    this.#plan = new Plan(options, statistics)
    this.#maxInputLength = maxInputLength
    this.#random = random
    const onFailure = (during: string, operation: string, error: unknown) =>
      fail({ operation, counters: statistics.of(operation) }, store.name, during, error)
    this.#parts = {
      store: new GuardedStore({ store, ledger, clock, timeoutMs: storeTimeoutMs, onFailure }),
      ledger,
      backoff: new Backoff(),
      statistics,
      clock,
      maxLoadMs,
      maxEntryBytes,
    }
    this.#loads = new Loads(this.#parts)
    const { bus } = options
    const drop = (heard: Drop) => {
      ledger.record(heard)
      this.#parts.store.hear(heard)
    }
    this.#broadcast = bus === undefined ? undefined : new Broadcast({ bus, drop, onFailure })
  }

  /** Not async: a hit costs one promise, and no more turns of the microtask queue than that. */
  handle(call: Call, next: Next): Promise<Result> {
    const lane = this.#plan.laneOf(call)
    if (lane === undefined) return this.#pass(call, next)
    if (lane.settings === undefined) return this.#write(lane.invalidates, call, next)
    const reason = this.#whyPast(call, lane)
    const joined = reason === undefined ? this.#loads.joinRecent(call, next, lane) : undefined
    if (joined !== undefined) return joined
    const key = reason === undefined ? this.#keyOf(call, lane) : undefined
    if (key === undefined) {
      bypass(lane, reason ?? whyNoKey(call))
      return next(call)
    }
    const { store, clock } = this.#parts
    const now = clock.now()
    const found = store.get(key, call, lane, now)
    if (!(found instanceof Promise)) {
      if (found !== undefined && lane.shapes.made !== undefined) rememberKey(call, lane, key)
      return this.#answer(call, next, lane, key, found, now)
    }
    return unlessGivenUp(call, found).then((entry) => this.#answer(call, next, lane, key, entry, clock.now()))
  }

  /** The key a call's result is kept under; undefined for a call that is not cached. */
  keyOf(call: Call): string | undefined {
    const lane = this.#plan.laneOf(call)
    return lane?.settings === undefined ? undefined : this.#keyOf(call, lane)
  }

  inspect(tools: Tools): void {
    this.#plan.inspect(tools)
  }

  /** In effect when it returns, for a store that answers at once; when its promise resolves, for any. */
  async invalidate(what: Invalidation): Promise<number> {
    const drop = dropOf(what)
    const { store, ledger } = this.#parts
    ledger.record(drop)
    const entries = 'key' in drop ? Number(await store.delete(drop.key)) : await store.invalidate(drop.match)
    this.#broadcast?.tell(drop)
    if (events.hasSubscribers) {
      const { tags } = what
      events.publish({ type: 'cache.invalidated', entries, ...(tags === undefined ? {} : { tags }) })
    }
    return entries
  }

  /** Around a handler that writes. */
  writer(invalidates: Invalidates): Middleware {
    checkOptions('cached', { invalidates }, { invalidates: invalidatesCheck })
    return (call, next) => this.#write(invalidates, call, next)
  }

  async clear(): Promise<void> {
    this.#parts.ledger.record({ match: {} })
    await this.#parts.store.clear()
    this.#broadcast?.tell({ match: {} })
  }

  async shrinkTo(share: number): Promise<void> {
    checkShare('cached', share)
    await this.#parts.store.shrinkTo(share)
  }

  async stats(): Promise<CacheStats> {
    const { store, statistics } = this.#parts
    const { tiers: several, ...held } = await store.stats()
    const { total, operations } = statistics
    const { hits, stale, stored, savedMs } = total
    const tiers = several ?? Object.fromEntries([[store.name, { hits, stale, stored, savedMs, ...held }]])
    return { ...total, ...held, operations, tiers }
  }

  #answer(call: Call, next: Next, lane: Lane, key: string, entry: Entry | undefined, now: number): Promise<Result> {
    if (entry === undefined) return this.#loads.join(call, next, lane, key, undefined, now)
    const { beta, staleMs, staleIfErrorMs } = lane.settings
    const { store, backoff } = this.#parts
    if (now < entry.freshUntil) {
      if (beta > 0 && isDueEarly(entry, now, beta, this.#random())) {
        this.#loads.refresh(call, next, lane, key, entry, now)
      }
    } else if (now < entry.freshUntil + staleMs) {
      this.#loads.refresh(call, next, lane, key, entry, now)
    } else if (!(now < entry.freshUntil + staleIfErrorMs && backoff.isWaiting(key, now))) {
      return this.#loads.join(call, next, lane, key, entry, now)
    }
    return Promise.resolve(serve(lane, call, entry, now, store.tierOf(entry)))
  }

  #pass(call: Call, next: Next): Promise<Result> {
    if (this.#plan.isUndeclared(call) && events.hasSubscribers) {
      events.publish({ type: 'cache.bypassed', operation: call.operation, reason: 'traits' })
    }
    return next(call)
  }

  async #write(invalidates: Invalidates, call: Call, next: Next): Promise<Result> {
    let result: Result
    try {
      result = await next(call)
    } catch (error) {
      // Whoever failed or was given up on may have written before.
      if (outcomeOfThrown(error, call) !== 'rejected') await this.#dropAfter(invalidates, call, {})
      throw error
    }
    if (outcomeOf(result, call) !== 'rejected') await this.#dropAfter(invalidates, call, result)
    return result
  }

  async #dropAfter(invalidates: Invalidates, call: Call, result: Result): Promise<void> {
    try {
      const what = typeof invalidates === 'function' ? await invalidates(call, result) : invalidates
      await this.invalidate(isTags(what) ? { tags: what } : what)
    } catch (error) {
      fail(this.#counted(call.operation), this.#parts.store.name, 'invalidate', error)
    }
  }

  /** Why the call goes past the cache; undefined when it does not. */
  #whyPast(call: Call, lane: Lane): string | undefined {
    if (call.isExchange === true || isTask(call.params)) return 'dialogue'
    const { traits } = call
    if (lane.needsReadOnly && traits.readOnly !== true) return 'traits'
    const hint = saysItWrites(traits)
    if (hint !== undefined) {
      warnOnce(this, lane.operation, `cached: ${lane.operation} says it writes (${hint}) and is not cached`)
      return 'traits'
    }
    if (call.isUnnamed !== true || !this.#parts.store.isShared) return undefined
    warnOnce(
      this,
      lane.operation,
      `cached: a handler without a name is not cached in a store that other processes share; wrap({ name }, …) names it`,
    )
    return 'unnamed'
  }

  #keyOf(call: Call, lane: Lane): string | undefined {
    try {
      return keyOf(call, lane, this.#maxInputLength)
    } catch (error) {
      fail(lane, this.#parts.store.name, 'key', error)
      return undefined
    }
  }

  #counted(operation: string): Pick<Lane, 'operation' | 'counters'> {
    return { operation, counters: this.#parts.statistics.of(operation) }
  }
}

const whyNoKey = (call: Call): string => {
  try {
    void call.principal
    return 'arguments'
  } catch {
    return 'principal'
  }
}

const isTags = (what: readonly string[] | Invalidation): what is readonly string[] => Array.isArray(what)

const isTask = (params: unknown): boolean =>
  (params as { readonly task?: unknown } | null | undefined)?.task !== undefined

const unlessGivenUp = <Value>(call: Call, promise: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const stop = onGivenUp(call, reject)
    promise.then((value) => {
      stop()
      resolve(value)
    }, reject)
  })
