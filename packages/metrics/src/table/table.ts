import { batchRows } from './batchRows.ts'
import { cacheRows } from './cacheRows.ts'
import { callRows } from './callRows.ts'
import { clientRows } from './clientRows.ts'
import { poolRows } from './poolRows.ts'
import { processRows } from './processRows.ts'
import { queueRows } from './queueRows.ts'
import { resilienceRows } from './resilienceRows.ts'
import type { MetricRow } from './row.ts'
import { servingRows } from './servingRows.ts'
import { targetRows } from './targetRows.ts'
import { threadRows } from './threadRows.ts'

/** What the packages say on their channels, or say when they are asked. */
export const eventRows: readonly MetricRow[] = [
  ...cacheRows,
  ...queueRows,
  ...resilienceRows,
  ...poolRows,
  ...clientRows,
  ...servingRows,
  ...batchRows,
  ...threadRows,
  ...targetRows,
]

/** Every metric there is: what dashboards, alerts and pages of documentation are made from. */
export const metricsTable: readonly MetricRow[] = [...callRows, ...eventRows, ...processRows]
