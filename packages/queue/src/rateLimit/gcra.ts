/** A rate as one call sees it. */
export interface Pace {
  /** How long it takes until one more call may come, in milliseconds. */
  readonly everyMs: number
  /** How many may come at once. */
  readonly burst: number
}

/**
 * For each of a key's paces the time at which its next call would be due if calls came evenly: all there is to remember.
 * (Generic cell rate algorithm, ITU-T I.371: a token bucket that needs no refilling.)
 */
export type DueTimes = number[]

/** @returns the earliest moment from `now` on at which every pace has room for the call; Infinity when never */
export const earliest = (due: DueTimes, now: number, cost: number, paces: readonly Pace[]): number => {
  let at = now
  for (let index = 0; index < paces.length; index += 1) {
    const { everyMs, burst } = paces[index]!
    const over = cost - burst
    if (over > tolerance) return Infinity
    const from = due[index]! + over * everyMs
    // What is a rounding error must not cost the last call of a burst.
    if (from > at && from - now > everyMs * tolerance) at = from
  }
  return at
}

/** Has every pace count the call. */
export const spend = (due: DueTimes, at: number, cost: number, paces: readonly Pace[]): void => {
  for (let index = 0; index < paces.length; index += 1) {
    due[index] = Math.max(due[index]!, at) + cost * paces[index]!.everyMs
  }
}

/** How many calls may come at once. */
export const left = (due: DueTimes, now: number, paces: readonly Pace[]): number => {
  const each = paces.map(({ everyMs, burst }, index) => burst - Math.max(0, due[index]! - now) / everyMs)
  return Math.max(0, Math.min(...each))
}

const tolerance = 1e-6
