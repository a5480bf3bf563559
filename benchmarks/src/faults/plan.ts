import type { PostgresOptions } from '@millrace/pg'

/** The name of the pool, by which its sessions are known on the server. */
export const name = 'faults'

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

/** What a call may take on the server, and how long its client waits: what comes later is lost. */
export const [timeoutMs, deadlineMs] = [3_000, 5_000]

/** Calls per second, by so many clients. */
export const [callsPerS, clients] = [50, 4]

/** Seconds of load before a fault, and after it. */
export const [beforeS, afterS] = [2, 6]
