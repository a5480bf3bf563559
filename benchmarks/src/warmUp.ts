import { setImmediate } from 'node:timers/promises'

/** How long to warm up, and how long a sample is to take. */
export interface WarmUp {
  /** Milliseconds of work. */
  readonly warmUpMs: number
  /** Milliseconds by the clock on the wall. */
  readonly sampleMs: number
}

/** What one run took. */
export interface Took {
  /** Milliseconds of work: what the thread waited for a processor is taken off. */
  readonly workMs: number
  /** Milliseconds by the clock on the wall. */
  readonly wallMs: number
}

/**
 * Runs until it is warm; returns how many times fill a sample. However little a run takes, and however busy the machine
 * is, it comes to an end: after so much work, so many runs or so much time. How often a run repeats the work goes by
 * the clock on the wall, so that no run keeps the process from hearing that its parent is gone.
 */
export const warmUp = async (
  run: (times: number) => Promise<Took>,
  { warmUpMs, sampleMs }: WarmUp,
): Promise<number> => {
  let times = 1
  let workedMs = 0
  let passedMs = 0
  for (let runs = 1; ; runs += 1) {
    const { workMs, wallMs } = await run(times)
    workedMs += workMs
    passedMs += wallMs
    const wanted = Math.min(mostTimes, Math.max(1, Math.round((times * sampleMs) / Math.max(wallMs, leastMs))))
    const isWarm = workedMs >= warmUpMs || runs >= mostRuns || passedMs >= mostPassedMs(warmUpMs)
    if (isWarm && (wanted < times * 2 || times === mostTimes)) return wanted
    // In steps, since the first runs are slow and say little.
    times = Math.min(wanted, times * 2)
    await setImmediate()
  }
}

/** What no run takes less than, so that work that is nothing has an end. */
const leastMs = 0.001
const mostTimes = 2 ** 30
const mostRuns = 10_000
const mostPassedMs = (warmUpMs: number): number => 10 * warmUpMs + 1000
