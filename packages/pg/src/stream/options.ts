import { boolean, checkOptions, having, integer, number } from '@millrace/core'
import type { QueryOptions } from '../query/scope.ts'

/** Options of `stream`. */
export interface StreamOptions extends QueryOptions {
  /** Rows fetched at once, and held at most. @default 1_000 */
  readonly batchRows?: number | undefined
}

/** @throws TypeError when an option makes no sense */
export const checkStream = (options: StreamOptions): void => checkOptions('stream', options, checks)

const checks = {
  call: having('a call', 'notify'),
  signal: having('a signal', 'addEventListener'),
  timeoutMs: number({ min: 0, unlimited: true }),
  isReadOnly: boolean,
  batchRows: integer({ min: 1 }),
}
