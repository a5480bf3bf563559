import type { HttpPoolOptions } from '@millrace/undici'
import { name } from '../plan.ts'

/** What the server under test has: short times, so that a fault of some seconds shows. */
export const options = {
  name,
  connections: 40,
  connectMs: 1_000,
  requestMs: 2_000,
  waitMs: 2_500,
  idleMs: 1_000,
  guard: { allowRanges: ['loopback'] },
} satisfies HttpPoolOptions
