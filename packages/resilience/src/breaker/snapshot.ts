import type { Check } from '@millrace/core'
import type { BreakerPlan, Mode } from './plan.ts'
import { stateOf } from './state.ts'
import type { State } from './state.ts'
import type { WindowSnapshot } from './window.ts'

/** A breaker's circuits as plain JSON, for the next process: what `toJSON` gives and `initialState` takes. */
export interface BreakerSnapshot {
  readonly version: 1
  /** What circuits to come are made in. */
  readonly mode: Mode
  readonly circuits: readonly CircuitSnapshot[]
}

/** One circuit as plain JSON. */
export type CircuitSnapshot = { readonly key: string } & (
  | { readonly type: 'closed' | 'observing'; readonly window: WindowSnapshot }
  | {
      readonly type: 'open'
      /** In milliseconds since the Unix epoch. */
      readonly since: number
      /** For how long, in milliseconds; absent: until its owner resets it. */
      readonly openMs?: number | undefined
      /** How often it had opened since it was last closed. */
      readonly opens: number
    }
  | { readonly type: 'halfOpen'; readonly opens: number }
  | { readonly type: 'isolated' | 'disabled' }
)

/** What the next process needs to know of a circuit. */
export const snapshotOf = (key: string, state: State): CircuitSnapshot => {
  switch (state.type) {
    case 'closed':
    case 'observing':
      return { key, type: state.type, window: state.window.toJSON() }
    case 'open': {
      const { since, until, opens } = state
      return { key, type: 'open', since, ...(until < Infinity && { openMs: until - since }), opens }
    }
    case 'halfOpen':
      return { key, type: 'halfOpen', opens: state.opens }
    default:
      return { key, type: state.type }
  }
}

/** The state of a circuit that another process has left: its probes are that one's, so a half-open one is probed anew. */
export const restored = (plan: BreakerPlan, snapshot: CircuitSnapshot): State => {
  switch (snapshot.type) {
    case 'open': {
      const { since, openMs = Infinity, opens } = snapshot
      return { type: 'open', since, until: since + openMs, opens }
    }
    case 'halfOpen':
      return { type: 'open', since: 0, until: 0, opens: snapshot.opens }
    default: {
      const state = stateOf(plan, snapshot.type)
      if ('window' in snapshot && 'window' in state) state.window.restore(snapshot.window)
      return state
    }
  }
}

/** Checks that something is a snapshot; it may come from a file. */
export const snapshot: Check = (value) => {
  const fault = faultOf(value)
  return fault && `what toJSON() of a breaker gives (${fault})`
}

const faultOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return 'this is a string: JSON.parse it'
  const { version, mode, circuits } = fieldsOf(value)
  if (version !== 1) return 'version is not 1'
  if (!modes.has(mode)) return 'mode is none of its four'
  if (!Array.isArray(circuits)) return 'circuits is no array'
  for (const [index, circuit] of circuits.entries()) {
    const fault = circuitFaultOf(fieldsOf(circuit))
    if (fault !== undefined) return `circuits[${index}].${fault}`
  }
  return undefined
}

const circuitFaultOf = ({ key, type, window, since, openMs, opens }: Fields): string | undefined => {
  if (typeof key !== 'string') return 'key is no string'
  if (type === 'open' && !Number.isFinite(since)) return 'since is no number'
  if (type === 'open' && openMs !== undefined && !isCount(openMs)) return 'openMs is no number ≥ 0'
  if (type === 'open' || type === 'halfOpen')
    return isCount(opens) && Number.isInteger(opens) ? undefined : 'opens is no number ≥ 0'
  if (!modes.has(type)) return 'type is no state of a circuit'
  return type === 'closed' || type === 'observing' ? windowFaultOf(fieldsOf(window)) : undefined
}

const windowFaultOf = ({ calls, seconds }: Fields): string | undefined => {
  const areSeconds = Array.isArray(seconds) && seconds.every(isSecond)
  if (typeof calls === 'string' && (seconds === undefined || areSeconds))
    return /^[.fsb]*$/u.test(calls) ? undefined : 'window.calls has other letters than .fsb'
  return areSeconds ? undefined : 'window has neither calls nor seconds'
}

/** A second and its calls, failures and slow calls. */
const isSecond = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every((one) => Number.isSafeInteger(one) && one >= 0) &&
  value[1] < 2 ** 31 &&
  value[2] <= value[1] &&
  value[3] <= value[1]

interface Fields {
  readonly [field: string]: unknown
}

const fieldsOf = (value: unknown): Fields => (value !== null && typeof value === 'object' ? (value as Fields) : {})

const isCount = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0

const modes = new Set<unknown>(['closed', 'isolated', 'disabled', 'observing'])
