import type { Entry } from '@millrace/core'

/**
 * Whether a fresh entry should be loaded anew already: XFetch (Vattani, Chierichetti, Lowenstein, "Optimal
 * Probabilistic Cache Stampede Prevention", 2015), `now − δ·β·ln(rand) ≥ expiry` with δ the time the load took. With
 * the time x left, the chance is exp(−x/(β·δ)).
 *
 * @param random from 0 to 1
 */
export const isDueEarly = (entry: Entry, now: number, beta: number, random: number): boolean =>
  now - entry.loadMs * beta * Math.log(random) >= entry.freshUntil
