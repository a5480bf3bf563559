import { arrayOf, checkOptions, either, number, text } from '@millrace/core'
import type { Check } from '@millrace/core'
import type { Targets } from '@millrace/metrics'
import type { BreakerSwitch } from './live/switch.ts'
import { aimsOf } from './targets.ts'
import type { Aims, TargetsSource } from './targets.ts'

/** Options of the dashboard. Times are in milliseconds. */
export interface DashboardOptions {
  /** What it calls the server. @default 'MCP server' */
  readonly name?: string | undefined
  /**
   * What the server is meant to reach: what `targets()` gives, which says what is breached; or goals alone, that the last
   * minute is held against. @default none
   */
  readonly targets?: TargetsSource | Targets['goals'] | undefined
  /** What `breaker()` gives, one or several, to isolate and close from there; that takes a `token`. @default none */
  readonly breaker?: BreakerSwitch | readonly BreakerSwitch[] | undefined
  /** How far two points of the charts are apart; from 100 to 60,000. @default 2_000 */
  readonly intervalMs?: number | undefined
  /** How far back the charts go; from 60,000 to 86,400,000, and at most 5,000 times `intervalMs`. @default 600_000 */
  readonly historyMs?: number | undefined
}

/** The options with every default in its place. */
export interface DashboardSettings {
  readonly name: string
  readonly aims: Aims
  readonly breakers: readonly BreakerSwitch[]
  readonly intervalMs: number
  readonly historyMs: number
}

/** @throws TypeError when an option makes no sense */
export const dashboardSettingsOf = (options: DashboardOptions): DashboardSettings => {
  checkOptions('ops.dashboard', options, checks)
  const { name = 'MCP server', targets = {}, breaker = [], intervalMs = 2_000, historyMs = 600_000 } = options
  if (historyMs > intervalMs * maxPoints) {
    const most = `at most ${maxPoints} times intervalMs (${intervalMs * maxPoints})`
    throw new TypeError(`ops.dashboard.historyMs must be ${most}, got ${historyMs}`)
  }
  return { name, aims: aimsOf(targets), breakers: [breaker].flat(), intervalMs, historyMs }
}

/** A page gets all of them when it is opened, and has room for fewer. */
const maxPoints = 5_000

// A breaker is a middleware, which is a function.
const switchable: Check = (value) => {
  const given = value as { readonly [name: string]: unknown } | null
  const isSwitchable = ['keys', 'state', 'isolate', 'reset'].every((name) => typeof given?.[name] === 'function')
  return isSwitchable ? undefined : 'what breaker() gives'
}

const checks: { readonly [option: string]: Check } = {
  name: text,
  targets: (value) => (typeof value === 'object' && value !== null ? undefined : 'what targets() gives, or goals'),
  breaker: either(switchable, arrayOf(switchable, 'breakers')),
  intervalMs: number({ min: 100, max: 60_000 }),
  historyMs: number({ min: 60_000, max: 86_400_000 }),
}
