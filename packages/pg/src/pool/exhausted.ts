import { PoolExhaustedError } from '../errors.ts'

/** Why somebody got no connection, as one sentence. */
export const exhausted = (reason: 'full' | 'waited', waitMs: number, limit: number): PoolExhaustedError =>
  new PoolExhaustedError(
    reason === 'full'
      ? `All ${limit} database connections are in use and too many callers wait for one.`
      : `No database connection became free within ${Math.round(waitMs)} ms.`,
  )
