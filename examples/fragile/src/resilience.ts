import { breaker, fallback, hedge, limitResult, only, retry, retryBudget, timeout } from 'millrace'
import type { Breaker, Middleware } from 'millrace'
import { lastGood, wholes } from './kept.ts'
import type { Wholes } from './kept.ts'

/** The times this server keeps, in milliseconds. */
export interface Patience {
  /** How long a caller waits at most. @default 3000 */
  readonly callMs?: number
  /** How long one attempt may take. @default 1000 */
  readonly attemptMs?: number
  /** How long the service is left alone when it keeps failing. @default 5000 */
  readonly restMs?: number
}

/** What stands between the tools and a service that may be in any mood. */
export interface Resilience {
  /** Outermost first. */
  readonly chain: readonly Middleware[]
  readonly circuit: Breaker
  readonly wholes: Wholes
}

/** The tools that lean on the weather service. */
export const leaning = ['forecast', 'stations', 'report_sky'] as const

export function resilience({ callMs = 3000, attemptMs = 1000, restMs = 5000 }: Patience = {}): Resilience {
  const last = lastGood()
  const kept = wholes()
  // One dependency, one circuit, whichever tool found out.
  const circuit = breaker({
    key: () => 'weather',
    size: 20,
    minCalls: 4,
    // Half of them failing is what retries are for.
    failureRatio: 0.7,
    openMs: restMs,
    halfOpenProbes: 2,
  })
  const chain = only(
    leaning,
    fallback((call) => last.of(call)),
    last.middleware,
    timeout({ timeoutMs: callMs }),
    limitResult({
      maxRows: 25,
      link: (call, whole) => ({ uri: kept.keep(whole), name: `All of ${call.target}`, mimeType: 'application/json' }),
    }),
    // When one forecast takes longer than nineteen of twenty before it, a second request starts beside it.
    hedge({ minSamples: 20, minDelayMs: 20 }),
    // One retry for every five calls, and one a second: what is down is not asked three times as often.
    retry({ delaysMs: [50, 200], budget: retryBudget({ ratio: 0.2, minPerSecond: 1 }) }),
    timeout({ timeoutMs: attemptMs }),
    circuit,
  )
  return { chain: [chain], circuit, wholes: kept }
}
