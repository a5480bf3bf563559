import { asMiddleware, causeOf, outcomeOf, outcomeOfThrown } from '@millrace/core'
import type { Call, Middleware, Outcome, Result } from '@millrace/core'
import { traceContextOf } from '../trace/traceContextOf.ts'
import { logSettingsOf } from './options.ts'
import type { CallLogOptions, LogSettings } from './options.ts'
import { requestIdsOf } from './requestIds.ts'

/**
 * Writes a line for every call once it is answered: what was called, what it came to, how long it took, by which ids it
 * is known, and the trace it belongs to. `info` when all is well, `warn` when it was slow, refused or given up, `error`
 * when it failed. What arguments say is left out. A logger that throws fails no call.
 *
 * @throws TypeError when an option makes no sense
 */
export const callLog = (options: CallLogOptions): Middleware & { readonly stage: 'metrics' } => {
  const settings = logSettingsOf(options)
  const writer = new Writer(settings)
  return asMiddleware(
    (call, next) => {
      const startedAt = call.clock.now()
      const threw = (error: unknown): never => {
        writer.write(call, startedAt, outcomeOfThrown(error, call), error)
        throw error
      }
      let answer: Promise<Result>
      try {
        answer = next(call)
      } catch (error) {
        return threw(error)
      }
      return answer.then((result) => {
        writer.write(call, startedAt, outcomeOf(result, call), result && causeOf(result))
        return result
      }, threw)
    },
    { stage: 'metrics' },
  )
}

type Level = 'info' | 'warn' | 'error'

class Writer {
  readonly #settings: LogSettings
  #hasWarned = false

  constructor(settings: LogSettings) {
    this.#settings = settings
  }

  write(call: Call, startedAt: number, outcome: Outcome, error: unknown): void {
    const { logger, slowMs, writesCalls } = this.#settings
    const durationMs = call.clock.now() - startedAt
    const isSlow = durationMs >= slowMs
    const level = isSlow && levels[outcome] === 'info' ? 'warn' : levels[outcome]
    if (level === 'info' && !writesCalls) return
    try {
      logger[level](this.#fields(call, durationMs, outcome, isSlow, error), isSlow ? 'slow call' : 'call')
    } catch (thrown) {
      this.#warn(thrown)
    }
  }

  #fields(call: Call, durationMs: number, outcome: Outcome, isSlow: boolean, error: unknown): object {
    const { argumentsOf, writesPrincipal } = this.#settings
    const trace = traceContextOf(call)
    return {
      ...requestIdsOf(call),
      ...(trace === undefined ? {} : { traceId: trace.traceId, parentSpanId: trace.spanId }),
      method: call.method,
      operation: call.operation,
      outcome,
      durationMs,
      isSlow,
      ...(writesPrincipal ? { principal: call.principal } : {}),
      ...(argumentsOf === undefined ? {} : { arguments: argumentsOf(call) }),
      ...(error === undefined ? {} : { err: error }),
    }
  }

  #warn(thrown: unknown): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const message = `callLog: the logger, or argumentsOf, threw: ${String(thrown)}`
    process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_LOG' })
  }
}

const levels: { readonly [Each in Outcome]: Level } = {
  ok: 'info',
  inputRequired: 'info',
  toolError: 'info',
  cancelled: 'info',
  rejected: 'warn',
  abandoned: 'warn',
  failed: 'error',
}
