import { boolean, cancellation, checkOptions, func, integer, kindOf } from '@millrace/core'
import type { Cancellation } from '@millrace/core'
import pLimit from 'p-limit'
import { goneReason, isGone, onGone } from '../caller.ts'
import type { Caller } from '../caller.ts'
import { Progress } from './progress.ts'
import { closeUnread, workThrough } from './stream.ts'

/** Options of `mapLimit`. */
export interface MapLimitOptions {
  /** Items that are worked on at a time; an integer ≥ 1, or Infinity. @default 8 */
  readonly maxConcurrent?: number | undefined
  /**
   * The call, or the `extra` or `ctx` of the handler: when it is cancelled the fan-out ends, and it is told of the
   * progress when its client asked for that.
   * @default nobody
   */
  readonly call?: Caller | undefined
  /** Ends the fan-out as well. @default none */
  readonly signal?: AbortSignal | undefined
  /** Whether every item gets its chance, and failures stand among the results. @default false: the first ends it */
  readonly partial?: boolean | undefined
  /** What a progress notification says; where it throws, an event says so. @default nothing but the numbers */
  readonly message?: ((done: number, total: number) => string) | undefined
}

/** Options of `mapLimit` for items that are still being read. */
export interface StreamOptions extends Omit<MapLimitOptions, 'message'> {
  /** As in `MapLimitOptions`; `total` is undefined until the last item has been read. */
  readonly message?: ((done: number, total: number | undefined) => string) | undefined
}

/** What the function of an item gets beside it. */
export interface Share {
  /** Aborts when the fan-out ends before its time. */
  readonly signal: AbortSignal
}

/** Works on one item. */
export type ItemFunction<Item, Value> = (item: Item, index: number, share: Share) => PromiseLike<Value> | Value

/**
 * Does something for each of many items, so many at a time. Results are in the order of the items: values, or with
 * `partial` what `Promise.allSettled` gives. When the caller goes, or (without `partial`) an item fails, nothing more
 * is started, the signal of what runs aborts, and the promise rejects at once.
 *
 * Items may be read as they come, from a generator, a stream, the pages of an API: then one is read only when there is room
 * to work on it, and when the fan-out ends before its time no more are read and the source is closed (`return()`).
 *
 * @throws (rejects) what the first item that failed threw; what the source of the items threw, also with `partial`; the
 *   reason of the cancellation; a TypeError when an option makes no sense
 */
export function mapLimit<Item, Value>(
  items: Iterable<Item>,
  run: ItemFunction<Item, Value>,
  options: MapLimitOptions & { readonly partial: true },
): Promise<Array<PromiseSettledResult<Value>>>
export function mapLimit<Item, Value>(
  items: Iterable<Item>,
  run: ItemFunction<Item, Value>,
  options?: MapLimitOptions & { readonly partial?: false | undefined },
): Promise<Value[]>
export function mapLimit<Item, Value>(
  items: AsyncIterable<Item>,
  run: ItemFunction<Item, Value>,
  options: StreamOptions & { readonly partial: true },
): Promise<Array<PromiseSettledResult<Value>>>
export function mapLimit<Item, Value>(
  items: AsyncIterable<Item>,
  run: ItemFunction<Item, Value>,
  options?: StreamOptions & { readonly partial?: false | undefined },
): Promise<Value[]>
export async function mapLimit<Item, Value>(
  items: Iterable<Item> | AsyncIterable<Item>,
  run: ItemFunction<Item, Value>,
  options: MapLimitOptions | StreamOptions = {},
): Promise<Array<Value | PromiseSettledResult<Value>>> {
  if (typeof run !== 'function') throw new TypeError(`mapLimit: expected a function of an item, got ${kindOf(run)}`)
  checkOptions('mapLimit', options, checks)
  const { maxConcurrent = 8, call, signal, partial = false, message } = options as StreamOptions
  const all = listOf(items)
  const results: Array<Value | PromiseSettledResult<Value>> = Array.from({ length: all?.length ?? 0 })
  const callers = [call, signal === undefined ? undefined : { signal }]
  const left = callers.find(isGone)
  if (left !== undefined) {
    if (all === undefined) closeUnread(items as AsyncIterable<Item>)
    throw goneReason(left)
  }
  const progress = Progress.for(call)
  const ending = cancellation()
  const limit = pLimit(maxConcurrent)
  const share = shareOf(ending)
  let total = all?.length
  let done = 0
  const tell = (): void => {
    if (!ending.isAborted) progress?.reached(done, total, message && (() => message(done, total)))
  }
  const onRead = (count: number): void => {
    total = count
  }
  const work = async (item: Item, index: number): Promise<void> => {
    // p-limit starts what had its turn a moment before the end.
    if (ending.isAborted) return
    try {
      const value = await run(item, index, share)
      results[index] = partial ? { status: 'fulfilled', value } : value
    } catch (reason) {
      if (!partial) {
        // Now, and not when the promise below hears of it: the next item would have started by then.
        ending.abort(reason)
        throw reason
      }
      results[index] = { status: 'rejected', reason }
    }
    done += 1
    tell()
  }
  await new Promise<void>((resolve, reject) => {
    const stops = callers.map((caller) => onGone(caller, (reason) => end(() => reject(reason), reason)))
    const end = (settle: () => void, reason?: unknown): void => {
      settle()
      for (const stop of stops) stop()
      limit.clearQueue()
      if (done !== total) ending.abort(reason)
    }
    const working =
      all === undefined
        ? workThrough(items as AsyncIterable<Item>, { maxConcurrent, work, ending, onRead })
        : limit.map(all, work)
    working.then(
      () => {
        tell()
        end(resolve)
      },
      (error: unknown) => end(() => reject(error), error),
    )
  })
  return results
}

/** The items, where they are all there; undefined where they are still to be read. */
const listOf = <Item>(items: Iterable<Item> | AsyncIterable<Item>): Item[] | undefined => {
  const given = Object(items) as object
  if (Symbol.asyncIterator in given) return undefined
  if (Symbol.iterator in given) return [...(items as Iterable<Item>)]
  throw new TypeError(`mapLimit: expected items to iterate over, got ${kindOf(items)}`)
}

const shareOf = (ending: Cancellation): Share => ({
  get signal() {
    return ending.signal
  },
})

const checks = {
  maxConcurrent: integer({ min: 1, unlimited: true }),
  call: (value: unknown) => (value !== null && typeof value === 'object' ? undefined : 'a call or a context'),
  signal: (value: unknown) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  partial: boolean,
  message: func,
}
