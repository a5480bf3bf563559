/** Milliseconds as people say them: `250 ms`, `1.5 s`. */
export const show = (ms: number): string => (ms < 1000 ? `${Math.ceil(ms)} ms` : `${Math.round(ms / 100) / 10} s`)
