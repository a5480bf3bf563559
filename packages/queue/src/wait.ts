/** When to come back, as the end of a sentence; nothing when that is not known. */
export const comeBack = (retryAfterMs: number | undefined): string =>
  retryAfterMs === undefined ? '.' : `; try again in ${show(retryAfterMs)}.`

const show = (ms: number): string => (ms < 1000 ? `${Math.max(1, Math.ceil(ms))} ms` : `${Math.ceil(ms / 1000)} s`)
