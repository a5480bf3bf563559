import { peer } from '../case.ts'
import { ours } from './guard.ts'
import type { Guard } from './guard.ts'

const timeoutMs = 30_000

const millrace: Guard = ours('timeout()', async () => {
  const { timeout } = await import('@millrace/resilience')
  return timeout({ timeoutMs })
})

const setTimeoutOnly: Guard = {
  name: 'setTimeout and clearTimeout',
  note: 'in a promise; no signal, no deadline',
  open: async (handler) => ({
    run: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('too late')), timeoutMs)
        const settle = (done: () => void) => {
          clearTimeout(timer)
          done()
        }
        handler().then(
          (result) => settle(() => resolve(result)),
          (error: unknown) => settle(() => reject(error)),
        )
      }),
  }),
}

const cockatiel: Guard = {
  name: 'cockatiel 4.0',
  note: 'timeout, aggressive',
  open: async (handler) => {
    const { timeout, TimeoutStrategy } = await peer(() => import('cockatiel'))
    const policy = timeout(timeoutMs, TimeoutStrategy.Aggressive)
    return { run: () => policy.execute(handler) }
  },
}

/** Ours first, then the others. */
export const timeouts: readonly Guard[] = [millrace, setTimeoutOnly, cockatiel]
