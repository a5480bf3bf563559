import { boolean, checkOptions, either, func, having, integer, kindOf, number, systemClock, text } from '@millrace/core'
import type { Clock, Timer } from '@millrace/core'
import type { Caller } from '../caller.ts'
import type { BatchFunction, BatchPlan } from '../run/batch.ts'
import { Slots } from '../run/slots.ts'

/** Options of `loader`. */
export interface LoaderOptions<Key> {
  /**
   * Whether concurrent calls load together. `false`: each call has its own loads and remembers them as long as it lives.
   * `true`: all calls do, and nothing is remembered once a batch has begun; for data that is the same for everybody who
   * may call. A function says with whom a call shares: those for whom it answers the same value.
   * @default false
   */
  readonly share?: boolean | ((caller: Caller) => unknown) | undefined
  /** What keys are told apart by, compared as a `Map` does. @default the key itself */
  readonly key?: ((key: Key) => unknown) | undefined
  /** Keys in one batch, at least 1, or Infinity. @default 1000 */
  readonly maxBatchSize?: number | undefined
  /**
   * How long a batch waits for more keys, in milliseconds from its first one, from 0 to 60,000. 0: until everything has
   * run that can run without input from outside. @default 0
   */
  readonly waitMs?: number | undefined
  /** Batches at a time, at least 1, or Infinity. A batch that waits for its turn takes in more keys. @default Infinity */
  readonly maxConcurrent?: number | undefined
  /** How long a batch may take, in milliseconds, at least 1, or Infinity. @default 30_000 */
  readonly timeoutMs?: number | undefined
  /** What it is called in errors and events. @default 'loader' */
  readonly name?: string | undefined
  /** @default systemClock */
  readonly clock?: Clock | undefined
}

/** The options of a loader, complete. */
export interface LoaderPlan<Key, Value> extends BatchPlan<Key, Value> {
  readonly share: boolean | ((caller: Caller) => unknown)
  readonly key: (key: Key) => unknown
  readonly maxBatchSize: number
  readonly waitMs: number
  readonly slots: Slots
}

/** Where a loader's values come from: each call's own loads, or those of several calls. */
export interface Loads<Key, Value> {
  load(key: Key, caller: Caller): Promise<Value>
  prime(key: Key, value: Value | Error, caller: Caller): void
  clear(key: Key, caller: Caller): void
  clearAll(caller: Caller): void
}

/** @throws TypeError when an option makes no sense */
export const planOf = <Key, Value>(
  run: BatchFunction<Key, Value>,
  options: LoaderOptions<Key>,
): LoaderPlan<Key, Value> => {
  if (typeof run !== 'function') throw new TypeError(`loader: expected a batch function, got ${kindOf(run)}`)
  checkOptions('loader', options, checks)
  const {
    share = false,
    key = itself,
    maxBatchSize = 1000,
    waitMs = 0,
    maxConcurrent = Infinity,
    timeoutMs = 30_000,
    name = 'loader',
    clock = systemClock,
  } = options
  return { run, share, key, maxBatchSize, waitMs, slots: new Slots(maxConcurrent), timeoutMs, name, clock }
}

/**
 * Calls `dispatch` when a batch has waited long enough for keys, never before this returns. Gives the timer where there
 * is one.
 *
 * At the end of a tick: after everything that runs before Node asks for input again, as `dataloader` schedules by default.
 */
export const whenCollected = (waitMs: number, clock: Clock, dispatch: () => void): Timer | undefined => {
  if (waitMs > 0) return clock.after(waitMs, dispatch)
  void resolved.then(() => process.nextTick(dispatch))
  return undefined
}

const itself = (key: unknown): unknown => key
const resolved = Promise.resolve()

const checks = {
  share: either(boolean, func),
  key: func,
  maxBatchSize: integer({ min: 1, unlimited: true }),
  waitMs: number({ min: 0, max: 60_000 }),
  maxConcurrent: integer({ min: 1, unlimited: true }),
  timeoutMs: number({ min: 1, unlimited: true }),
  name: text,
  clock: having('a clock', 'now', 'after'),
}
