import {
  arrayOf,
  boolean,
  checkOptions,
  either,
  func,
  having,
  kindOf,
  number,
  off,
  systemClock,
  text,
} from '@millrace/core'
import type { Clock } from '@millrace/core'

/** Something to do once, when everything has started or before anything is closed. */
export type Hook = () => void | Promise<void>

/** Options of `lifespan`. All times are in milliseconds, at least 0; `Infinity` waits for ever. */
export interface LifespanOptions {
  /** How long one resource may take to start. @default 30_000 */
  readonly startMs?: number | undefined
  /** How long readiness says no before calls are refused, for whoever balances the load to notice. @default 0 */
  readonly noticeMs?: number | undefined
  /** How long running calls may take to finish before they are given up. @default 10_000 */
  readonly drainMs?: number | undefined
  /** How long one resource, or one hook, may take to close. @default 5_000 */
  readonly closeMs?: number | undefined
  /** How long one check may take. @default 2_000 */
  readonly checkMs?: number | undefined
  /** How long the answer of a check is kept. @default 1_000 */
  readonly checkTtlMs?: number | undefined
  /**
   * Signals of the process that stop it, from its start until it has stopped; the process then ends. `false` for none.
   * @default ['SIGTERM', 'SIGINT']
   */
  readonly signals?: readonly NodeJS.Signals[] | false | undefined
  /** Whether a signal ends the process once everything is closed, should something still keep it alive. @default true */
  readonly isExiting?: boolean | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export interface Settings {
  readonly startMs: number
  readonly noticeMs: number
  readonly drainMs: number
  readonly closeMs: number
  readonly checkMs: number
  readonly checkTtlMs: number
  readonly signals: readonly NodeJS.Signals[]
  readonly isExiting: boolean
  readonly clock: Clock
}

/** @throws TypeError when an option makes no sense. */
export const settingsOf = (options: LifespanOptions = {}): Settings => {
  checkOptions('lifespan', options, checks)
  const {
    startMs = 30_000,
    noticeMs = 0,
    drainMs = 10_000,
    closeMs = 5_000,
    checkMs = 2_000,
    checkTtlMs = 1_000,
    signals = ['SIGTERM', 'SIGINT'],
    isExiting = true,
    clock = systemClock,
  } = options
  const heard = signals === false ? [] : signals
  return { startMs, noticeMs, drainMs, closeMs, checkMs, checkTtlMs, signals: heard, isExiting, clock }
}

const duration = number({ min: 0, unlimited: true })

const checks = {
  startMs: duration,
  noticeMs: duration,
  drainMs: duration,
  closeMs: duration,
  checkMs: duration,
  checkTtlMs: duration,
  signals: either(off, arrayOf(text, 'names of signals')),
  isExiting: boolean,
  clock: having('a clock', 'now', 'after'),
}

/** @throws TypeError when it is not a function. */
export const checkHook = (name: string, hook: unknown): void => {
  const expected = func(hook)
  if (expected !== undefined) throw new TypeError(`lifespan.${name} takes ${expected}, got ${kindOf(hook)}`)
}
