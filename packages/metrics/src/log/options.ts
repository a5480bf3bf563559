import { boolean, checkOptions, either, func, having, number, off } from '@millrace/core'
import type { Call } from '@millrace/core'
import type { Logger } from './logger.ts'

/** Options of `callLog`. */
export interface CallLogOptions {
  /** Where lines go: a logger of pino, or one with the same four methods. Over stdio keep it off the standard output. */
  readonly logger: Logger
  /** From how long on a call is slow, in milliseconds ≥ 0; `Infinity`: none is. @default 1000 */
  readonly slowMs?: number | undefined
  /** Whether calls are written that went well and were not slow. @default true */
  readonly calls?: boolean | undefined
  /**
   * What is written of a call's arguments. They may hold anything, passwords too: choose what is safe. `false`: nothing.
   * @default the names of at most twenty, each as `'[redacted]'`
   */
  readonly argumentsOf?: ((call: Call) => unknown) | false | undefined
  /** Whether it is written who calls. @default false: that may be an address, or what a token becomes */
  readonly principal?: boolean | undefined
}

/** The options with their defaults. */
export interface LogSettings {
  readonly logger: Logger
  readonly slowMs: number
  readonly writesCalls: boolean
  readonly argumentsOf: ((call: Call) => unknown) | undefined
  readonly writesPrincipal: boolean
}

/** @throws TypeError when an option makes no sense. */
export const logSettingsOf = (options: CallLogOptions): LogSettings => {
  checkOptions('callLog', options ?? {}, checks)
  const { logger, slowMs = 1000, calls = true, argumentsOf = redacted, principal = false } = options ?? {}
  if (logger === undefined) throw new TypeError('callLog.logger must be a logger, got undefined')
  return {
    logger,
    slowMs,
    writesCalls: calls,
    argumentsOf: argumentsOf === false ? undefined : argumentsOf,
    writesPrincipal: principal,
  }
}

/** The names of arguments, without what they say. */
const redacted = ({ input }: Call): unknown => {
  if (input === null || typeof input !== 'object') return '[redacted]'
  const names = Object.keys(input).slice(0, maxNames)
  return Object.fromEntries(names.map((name) => [name.slice(0, maxNameLength), '[redacted]']))
}

const maxNames = 20
const maxNameLength = 64

const checks = {
  logger: having('a logger', 'debug', 'info', 'warn', 'error'),
  slowMs: number({ min: 0, unlimited: true }),
  calls: boolean,
  argumentsOf: either(func, off),
  principal: boolean,
}
