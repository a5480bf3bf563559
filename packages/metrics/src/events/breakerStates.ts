import type { Gauge } from '../series/gauge.ts'

/** What a circuit may be in. */
export type BreakerStateName = 'closed' | 'open' | 'halfOpen' | 'isolated' | 'disabled' | 'observing'

const states: readonly BreakerStateName[] = ['closed', 'open', 'halfOpen', 'isolated', 'disabled', 'observing']

/** Says which state a circuit is in: 1 for that one, 0 for each of the others. */
export const showState = (gauge: Gauge, breaker: string, key: string, is: BreakerStateName | undefined): void => {
  for (const state of states) gauge.set(is === undefined ? undefined : Number(state === is), breaker, key, state)
}
