import type { Clock } from '@millrace/core'
import type { Backoff } from './loads/backoff.ts'
import type { Statistics } from './statistics.ts'
import type { GuardedStore } from './stores/guardedStore.ts'
import type { Ledger } from './stores/ledger.ts'

/** What the parts of one cache share. */
export interface Parts {
  readonly store: GuardedStore
  readonly ledger: Ledger
  readonly backoff: Backoff
  readonly statistics: Statistics
  readonly clock: Clock
  readonly maxLoadMs: number
  readonly maxEntryBytes: number
}
