import { peer } from '../case.ts'
import { ours } from './guard.ts'
import type { Guard } from './guard.ts'

const millrace: Guard = ours(
  'retry()',
  async () => {
    const { retry } = await import('@millrace/resilience')
    return retry()
  },
  { note: 'with its budget' },
)

const pRetry: Guard = {
  name: 'p-retry 9.0',
  open: async (handler) => {
    const { default: pRetry } = await peer(() => import('p-retry'))
    return { run: () => pRetry(handler, { retries: 4 }) }
  },
}

const cockatiel: Guard = {
  name: 'cockatiel 4.0',
  note: 'retry, ExponentialBackoff',
  open: async (handler) => {
    const { ExponentialBackoff, handleAll, retry } = await peer(() => import('cockatiel'))
    const policy = retry(handleAll, { maxAttempts: 4, backoff: new ExponentialBackoff() })
    return { run: () => policy.execute(handler) }
  },
}

/** Ours first, then the others. */
export const retries: readonly Guard[] = [millrace, pRetry, cockatiel]
