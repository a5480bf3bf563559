/** Something that could be better, with the number behind it. */
export interface Finding {
  readonly kind:
    | 'slowOperation'
    | 'repeats'
    | 'uselessCache'
    | 'ttlTooShort'
    | 'ttlTooLong'
    | 'cacheTooSmall'
    | 'poolTooBig'
    | 'poolTooSmall'
    | 'limitNeverReached'
    | 'queueWaits'
    | 'memoryGrows'
    | 'loopBlocked'
  /** What it is about: an operation, a pool, a queue, a class, a function. */
  readonly of: string
  /** What was measured, in a sentence. */
  readonly text: string
  /** What helps, in a sentence. */
  readonly recommendation: string
  /** The number behind it, in the unit that the text says. */
  readonly value: number
}

/** A number as people read it. */
export const short = (value: number): string => {
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value))
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2)
}

/** A part as people read it. */
export const percent = (ratio: number): string => `${short(ratio * 100)} %`

/** A duration as people read it. */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${short(ms)} ms`
  return ms < 120_000 ? `${short(ms / 1000)} s` : `${short(ms / 60_000)} min`
}
