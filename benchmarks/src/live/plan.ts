/** How long callers wait for an answer. */
export const patienceMs = 3000

/** What the server gives a call: a little less, so that its answer still finds the caller. */
export const timeoutMs = 2700

/** A stretch of the run. */
export interface Stretch {
  readonly seconds: number
  /** Calls that arrive, as a multiple of what the server can answer. */
  readonly load: number
}

/** Half of what it can do, four times that, and half of it again. */
export const stretches: readonly Stretch[] = [
  { seconds: 10, load: 0.5 },
  { seconds: 20, load: 4 },
  { seconds: 15, load: 0.5 },
]

/** The seconds in which it is overloaded. */
export const overloaded = { fromS: 10, untilS: 30 } as const

export type Variant = 'without' | 'with'
