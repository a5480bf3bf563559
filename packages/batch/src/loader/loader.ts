import { kindOf } from '@millrace/core'
import { goneReason, isGone } from '../caller.ts'
import type { Caller } from '../caller.ts'
import type { BatchFunction } from '../run/batch.ts'
import { CallLoads } from './callLoads.ts'
import { planOf } from './plan.ts'
import type { LoaderOptions, Loads } from './plan.ts'
import { SharedLoads } from './sharedLoads.ts'

/** Loads values by key, many at once. `caller` is the call, or the `extra` or `ctx` of the handler. */
export interface Loader<Key, Value> {
  /**
   * The value of a key. Rejects at once with the caller's reason when it goes; others who wait for the same are not
   * affected.
   *
   * @throws (rejects) what the batch function throws, or its Error for this key; an AbandonedError with code
   *   `ERR_TIMED_OUT`; a TypeError for a key that is null or undefined, and for a caller that is no object
   */
  load(key: Key, caller: Caller): Promise<Value>
  /** The values of keys, in their order; an Error where there is none. Rejects only when the caller goes. */
  loadMany(keys: readonly Key[], caller: Caller): Promise<Array<Value | Error>>
  /** Has the call find this value, or Error, unless it knows the key. A loader that shares keeps nothing: no effect. */
  prime(key: Key, value: Value | Error, caller: Caller): void
  /** Has the call load this key anew. */
  clear(key: Key, caller: Caller): void
  /** Has the call load everything anew. */
  clearAll(caller: Caller): void
}

/**
 * Turns a function that loads many into one that loads one (DataLoader): what handlers ask for at the same time becomes
 * one batch. Each call has its own loads, and remembers their values as long as it lives; with `share` concurrent calls
 * load together instead.
 *
 * A batch runs for those who wait for it: when all of them have gone, its signal aborts. A batch that fails as a whole
 * is not remembered; an Error for a single key is, within its call.
 *
 * @param run gets keys, each once, and gives one value or Error for each, in their order
 * @throws TypeError when an option makes no sense
 */
export const loader = <Key, Value>(
  run: BatchFunction<Key, Value>,
  options: LoaderOptions<Key> = {},
): Loader<Key, Value> => {
  const plan = planOf(run, options)
  const loads: Loads<Key, Value> = plan.share === false ? new CallLoads(plan) : new SharedLoads(plan)
  const load = (key: Key, caller: Caller): Promise<Value> => {
    try {
      checkKey(plan.name, key)
      checkCaller(plan.name, caller)
      return isGone(caller) ? Promise.reject(goneReason(caller)) : loads.load(key, caller)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  return {
    load,
    loadMany: async (keys, caller) => {
      const values = await Promise.all(keys.map((key) => load(key, caller).catch(asError)))
      if (isGone(caller)) throw goneReason(caller)
      return values
    },
    prime: (key, value, caller) => {
      checkKey(plan.name, key)
      loads.prime(key, value, checkCaller(plan.name, caller))
    },
    clear: (key, caller) => loads.clear(key, checkCaller(plan.name, caller)),
    clearAll: (caller) => loads.clearAll(checkCaller(plan.name, caller)),
  }
}

const checkKey = (name: string, key: unknown): void => {
  if (key === null || key === undefined) throw new TypeError(`${name}: a key must be a value, got ${key}`)
}

const checkCaller = (name: string, caller: unknown): Caller => {
  if (caller !== null && typeof caller === 'object') return caller
  throw new TypeError(`${name}: expected the call, or the context that the handler was given, got ${kindOf(caller)}`)
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
