import { peer } from '../case.ts'
import { ours } from './guard.ts'
import type { Guard, Handler } from './guard.ts'

// The same window for all: of the last 100 calls, 10 or more, half may fail; open for an hour.
const size = 100
const minCalls = 10
const openMs = 3_600_000

const millrace: Guard = ours(
  'breaker()',
  async () => {
    const { breaker } = await import('@millrace/resilience')
    return breaker({ size, minCalls, openMs })
  },
  { note: 'a circuit for each operation' },
)

const cockatiel: Guard = {
  name: 'cockatiel 4.0',
  note: 'circuitBreaker, CountBreaker',
  open: async (handler) => {
    const { circuitBreaker, CountBreaker, handleAll } = await peer(() => import('cockatiel'))
    const policy = circuitBreaker(handleAll, {
      halfOpenAfter: openMs,
      breaker: new CountBreaker({ size, threshold: 0.5, minimumNumberOfCalls: minCalls }),
    })
    return { run: () => policy.execute(handler) }
  },
}

const opossum: Guard = {
  name: 'opossum 10.0',
  note: 'no timeout; a window of 10 s',
  open: async (handler) => {
    const { default: CircuitBreaker } = await peer(() => import('opossum'))
    const circuit = new CircuitBreaker<[], Awaited<ReturnType<Handler>>>(handler, {
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: minCalls,
      resetTimeout: openMs,
    })
    return { run: () => circuit.fire() }
  },
}

/** Ours first, then the others. */
export const breakers: readonly Guard[] = [millrace, cockatiel, opossum]
