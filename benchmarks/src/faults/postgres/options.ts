import type { PostgresOptions } from '@millrace/pg'
import { name } from '../plan.ts'

/** What the server under test has: short times, so that a fault of some seconds shows. */
export const options = {
  name,
  min: 4,
  max: 40,
  connectMs: 2_000,
  queryMs: 2_000,
  cancelMs: 500,
  waitMs: 2_500,
  idleMs: 1_000,
} satisfies PostgresOptions
