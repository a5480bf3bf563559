import type { Tally } from '../series/tally.ts'
import { showState } from './breakerStates.ts'
import type { BreakerStateName } from './breakerStates.ts'
import type { Listener } from './listener.ts'

/** Counts what breakers say. */
export const breakerListener = (tally: Tally): Pick<Listener<'resilience'>, BreakerEventType> => {
  const state = tally.gauge('mcp_breaker_state')
  const transitions = tally.counter('mcp_breaker_transitions_total')
  const rejected = tally.counter('mcp_breaker_rejected_total')
  const enter = ({ name, key }: OfCircuit, is: BreakerStateName): void => {
    showState(state, name, key, is)
    transitions.add(1, name, key, is)
  }
  return {
    'breaker.opened': (event) => enter(event, event.reason === 'isolated' ? 'isolated' : 'open'),
    'breaker.exceeded': ({ name, key }) => transitions.add(1, name, key, 'exceeded'),
    'breaker.halfOpened': (event) => enter(event, 'halfOpen'),
    'breaker.closed': (event) =>
      enter(event, event.reason === 'disabled' || event.reason === 'observing' ? event.reason : 'closed'),
    'breaker.rejected': (event) => rejected.add(1, event.name, event.key, event.state),
  }
}

interface OfCircuit {
  readonly name: string
  readonly key: string
}

type BreakerEventType =
  | 'breaker.opened'
  | 'breaker.exceeded'
  | 'breaker.halfOpened'
  | 'breaker.closed'
  | 'breaker.rejected'
