import { AsyncLocalStorage } from 'node:async_hooks'
import { outcomeOf, outcomeOfThrown, subscribe } from '@millrace/core'
import type { CacheEvent, Call, Clock, Middleware, Outcome, Result } from '@millrace/core'
import { CallRecord } from './callRecord.ts'

/** A call that has ended. */
export interface EndedCall {
  readonly call: Call
  readonly record: CallRecord
  readonly outcome: Outcome
  /** Undefined when it threw. */
  readonly result: Result | undefined
  readonly tookMs: number
  /** How many other calls ran at some time of it. */
  readonly besides: number
}

/** Hears of calls. */
export interface CallListener {
  ended(call: EndedCall): void
}

/** Watches every call for a while, and what packages say of it meanwhile. Returns what ends that. */
export const watchCalls = (
  look: (looker: Middleware) => () => void,
  clock: Pick<Clock, 'now'>,
  listener: CallListener,
): (() => void) => {
  const store = new AsyncLocalStorage<CallRecord>()
  let begun = 0
  let running = 0
  const looker: Middleware = async (call, next) => {
    const record = new CallRecord(call.operation, clock.now())
    const there = running
    running += 1
    begun += 1
    const before = begun
    const end = (outcome: Outcome, result?: Result): void => {
      running -= 1
      const tookMs = clock.now() - record.startedAt
      listener.ended({ call, record, outcome, result, tookMs, besides: there + begun - before })
    }
    let result: Result
    try {
      result = await store.run(record, () => next(call))
    } catch (error) {
      end(outcomeOfThrown(error, call))
      throw error
    }
    end(outcomeOf(result, call), result)
    return result
  }
  const ends = [
    look(looker),
    subscribe('cache', (event) => {
      const record = store.getStore()
      if (record !== undefined) noteCache(record, event)
    }),
    subscribe('queue', (event) => {
      if (event.type === 'queue.started' || event.type === 'rateLimit.started') {
        store.getStore()?.spans.add('queue', event.waitMs, clock.now())
      }
    }),
    subscribe('pg', (event) => {
      const record = store.getStore()
      if (event.type !== 'pg.query' || record === undefined) return
      const now = clock.now()
      record.spans.add('poolWait', event.waitMs, now - event.tookMs)
      record.spans.add('database', event.tookMs, now)
    }),
    subscribe('undici', (event) => {
      if (event.type === 'undici.request') store.getStore()?.spans.add('http', event.tookMs, clock.now())
    }),
  ]
  return () => {
    for (const stop of ends) stop()
  }
}

const noteCache = (record: CallRecord, event: CacheEvent): void => {
  if (event.type === 'cache.hit') record.cache = 'hit'
  else if (event.type === 'cache.stale') record.cache = 'stale'
  else if (event.type === 'cache.miss') record.cache = event.isShared ? 'joined' : 'miss'
  else if (event.type === 'cache.bypassed') record.cache ??= 'bypassed'
}
