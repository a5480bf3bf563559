import type { Clock } from '@millrace/core'
import type { Hall } from '../hall/hall.ts'
import type { Journal } from '../journal.ts'
import type { Settings } from '../options.ts'
import type { Threads } from '../threads.ts'
import type { MemoryWatch } from './memory.ts'
import type { Run } from './run.ts'

/** What every task of a pool shares. */
export interface Desk {
  readonly settings: Settings
  readonly clock: Clock
  readonly hall: Hall
  readonly threads: Threads
  readonly memory: MemoryWatch
  readonly journal: Journal
  /** When a thread may be free again, in milliseconds from now; undefined while nothing has been measured. */
  retryAfterMs(): number | undefined
  /** It has ended. */
  over(run: Run): void
}
