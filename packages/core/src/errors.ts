import { pauseStacks, resumeStacks } from './stack.ts'

/** Options of every Millrace error. */
export interface MillraceErrorOptions {
  /** Stable name to match by, `ERR_…`. Never match by class: two copies of a package have two classes. */
  readonly code: string
  /** Milliseconds after which trying again makes sense, at least 0. @default undefined: not known */
  readonly retryAfterMs?: number | undefined
  /** The error behind this one. */
  readonly cause?: unknown
}

// In the registry of symbols, so that errors of another copy of this package carry the same one.
const brand = Symbol.for('millrace.error')

/**
 * What Millrace throws: one plain sentence that a language model may read, a `code`, no stack (a refusal is an answer
 * to expect, not a fault to trace, and a stack costs several times the refusal).
 */
export class MillraceError extends Error {
  /** Stable name to match by: `ERR_QUEUE_FULL`. */
  readonly code: string
  /** Milliseconds after which trying again makes sense; undefined when that is not known. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: MillraceErrorOptions) {
    const limit = pauseStacks()
    try {
      super(message, options.cause === undefined ? undefined : { cause: options.cause })
    } finally {
      resumeStacks(limit)
    }
    this.code = options.code
    this.retryAfterMs = options.retryAfterMs
  }

  override get name(): string {
    return 'MillraceError'
  }

  static {
    Object.defineProperty(this.prototype, brand, { value: true })
  }
}

/** The handler never ran: safe to try again, after `retryAfterMs` when that is given. */
export class RejectedError extends MillraceError {
  /** What `outcomeOf` goes by. */
  readonly kind = 'rejected'

  override get name(): string {
    return 'RejectedError'
  }
}

/** The handler ran and its outcome is unknown: repeat only what is idempotent. */
export class AbandonedError extends MillraceError {
  /** What `outcomeOf` goes by. */
  readonly kind = 'abandoned'

  override get name(): string {
    return 'AbandonedError'
  }
}

/** Whether an error came from Millrace, whichever copy of it; the way to tell, together with `code`. */
export const isMillraceError = (error: unknown): error is MillraceError =>
  error !== null && typeof error === 'object' && brand in error
