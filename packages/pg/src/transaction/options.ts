import { boolean, checkOptions, having, integer, number, oneOf } from '@millrace/core'
import type { QueryOptions } from '../query/scope.ts'

/** Options of `transaction`. */
export interface TransactionOptions extends QueryOptions {
  /** How far it is kept apart from others. @default the server's, normally `readCommitted` */
  readonly isolation?: 'readCommitted' | 'repeatableRead' | 'serializable' | undefined
  /** It waits until it can read without ever failing; for `serializable` that only reads. @default false */
  readonly isDeferrable?: boolean | undefined
  /**
   * How often it is run at most, while it loses against other transactions (SQLSTATE 40001 and 40P01); 1 for no retry.
   * `work` runs again from the start, so it must not do outside of the database what may not happen twice. @default 3
   */
  readonly maxAttempts?: number | undefined
}

/** @throws TypeError when an option makes no sense */
export const checkTransaction = (options: TransactionOptions): void => checkOptions('transaction', options, checks)

const checks = {
  call: having('a call', 'notify'),
  signal: having('a signal', 'addEventListener'),
  timeoutMs: number({ min: 0, unlimited: true }),
  isReadOnly: boolean,
  isolation: oneOf('readCommitted', 'repeatableRead', 'serializable'),
  isDeferrable: boolean,
  maxAttempts: integer({ min: 1 }),
}

/** The statement that begins it. */
export const beginning = ({ isolation, isReadOnly, isDeferrable }: TransactionOptions): string =>
  [
    'BEGIN',
    isolation === undefined ? '' : ` ISOLATION LEVEL ${levels[isolation]}`,
    isReadOnly === true ? ' READ ONLY' : '',
    isDeferrable === true ? ' DEFERRABLE' : '',
  ].join('')

const levels = {
  readCommitted: 'READ COMMITTED',
  repeatableRead: 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
} as const
