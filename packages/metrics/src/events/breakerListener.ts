import type { Tally } from '../series/tally.ts'
import { showState } from './breakerStates.ts'
import type { BreakerStateName } from './breakerStates.ts'
import type { Listener } from './listener.ts'

/** Counts what breakers say. */
export const breakerListener = (tally: Tally): Pick<Listener<'resilience'>, BreakerEventType> => {
  const state = tally.gauge('mcp_breaker_state')
  const transitions = tally.counter('mcp_breaker_transitions_total')
  const rejected = tally.counter('mcp_breaker_rejected_total')
  const enter = (key: string, is: BreakerStateName): void => {
    showState(state, key, is)
    transitions.add(1, key, is)
  }
  return {
    'breaker.opened': ({ key, reason }) => enter(key, reason === 'isolated' ? 'isolated' : 'open'),
    'breaker.exceeded': ({ key }) => transitions.add(1, key, 'exceeded'),
    'breaker.halfOpened': ({ key }) => enter(key, 'halfOpen'),
    'breaker.closed': ({ key, reason }) =>
      enter(key, reason === 'disabled' || reason === 'observing' ? reason : 'closed'),
    'breaker.rejected': (event) => rejected.add(1, event.key, event.state),
  }
}

type BreakerEventType =
  | 'breaker.opened'
  | 'breaker.exceeded'
  | 'breaker.halfOpened'
  | 'breaker.closed'
  | 'breaker.rejected'
