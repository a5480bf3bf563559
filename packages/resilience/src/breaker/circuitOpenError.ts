import { RejectedError } from '@millrace/core'

/** The breaker let nothing through: the handler never ran. `retry` does not repeat it, so that it stays quick. */
export class CircuitOpenError extends RejectedError {
  readonly isRetryable = false

  constructor(message: string, retryAfterMs: number | undefined) {
    super(message, { code: 'ERR_CIRCUIT_OPEN', retryAfterMs })
  }

  override get name(): string {
    return 'CircuitOpenError'
  }
}
