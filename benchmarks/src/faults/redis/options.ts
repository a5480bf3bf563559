import type { RedisOptions } from '@millrace/redis'
import { name } from '../plan.ts'

/** What the server under test has: short times, so that a fault of some seconds shows. */
export const options = {
  name,
  connectMs: 1_000,
  commandMs: 500,
  silenceMs: 1_000,
  maxPauseMs: 250,
} satisfies RedisOptions
