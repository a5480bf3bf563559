/** Milliseconds as people say them, for messages: `250 ms`, `1.5 s`. */
export const duration = (ms: number): string => (ms < 1000 ? `${Math.ceil(ms)} ms` : `${Math.round(ms / 100) / 10} s`)
