import { Stopwatch } from './stopwatch.ts'

/** Values that are made, and then worked on, together. */
const chunk = 500

/**
 * Does `work` on values that are new each time, as a transport's are: what V8 remembers of a string or an object that
 * comes back (its hash, its shape) would make caches look faster than they are. Making the values is not measured.
 *
 * @returns nanoseconds
 */
export const onFresh = async <Value>(
  times: number,
  make: (index: number) => Value,
  work: (value: Value) => unknown,
): Promise<number> => {
  const watch = new Stopwatch()
  for (let done = 0; done < times; done += chunk) {
    const values = Array.from({ length: Math.min(chunk, times - done) }, (_, index) => make(done + index))
    watch.start()
    for (const value of values) await work(value)
    watch.stop()
  }
  return watch.ns
}

/** As `onFresh`, for work that gives no promise. */
export const onFreshSync = <Value>(
  times: number,
  make: (index: number) => Value,
  work: (value: Value) => unknown,
): number => {
  const watch = new Stopwatch()
  let last: unknown
  for (let done = 0; done < times; done += chunk) {
    const values = Array.from({ length: Math.min(chunk, times - done) }, (_, index) => make(done + index))
    watch.start()
    for (const value of values) last = work(value)
    watch.stop()
  }
  if (last === watch) throw new Error('the work gave its own measure')
  return watch.ns
}

/** A copy that shares nothing with the value, strings neither. */
export const parsedAgain = <Value>(value: Value): (() => Value) => {
  const text = JSON.stringify(value)
  return () => JSON.parse(text) as Value
}
