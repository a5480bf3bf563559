import {
  boolean,
  checkOptions,
  either,
  func,
  having,
  integer,
  kindOf,
  number,
  off,
  record,
  systemClock,
  text,
} from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import type { Metrics } from '@millrace/metrics'
import { dashboardSettingsOf } from './dashboard/options.ts'
import type { DashboardOptions, DashboardSettings } from './dashboard/options.ts'
import type { Bounds, HealthCheck, HealthCheckOptions } from './health/check.ts'
import { Life } from './life.ts'
import type { LifeSource } from './life.ts'
import { isLoopback } from './listener/access.ts'
import type { AccessOptions } from './listener/access.ts'
import type { Place } from './listener/listener.ts'
import { slowCallsSettingsOf } from './slow/options.ts'
import type { SlowCallsOptions, SlowCallsSettings } from './slow/options.ts'

/** Options of `ops`. Times are in milliseconds. */
export interface OpsOptions {
  /**
   * Port to listen on; an integer from 0 to 65,535, where 0 is any that is free. With
   * `serve({ workers })` the first process listens there for all of them. @default 9464
   */
  readonly port?: number | undefined
  /** Address to listen on. Any that others can reach needs a `token`. @default '127.0.0.1' */
  readonly host?: string | undefined
  /**
   * What everybody has to know who asks for anything: at least 16 ASCII characters without spaces, sent as
   * `Authorization: Bearer …`, or as the password that a browser asks for. @default nobody has to, on this machine
   */
  readonly token?: string | undefined
  /**
   * Names that `Host` may have, without ports. @default `localhost`, `127.0.0.1` and `[::1]` for what comes to a loopback
   * address, any for the rest
   */
  readonly hosts?: readonly string[] | undefined
  /** Whether `/health` and `/ready` are answered without the token, for probes that have none. @default false */
  readonly openProbes?: boolean | undefined
  /**
   * What the server leans on: `lifespan()`, or a function that gives it where it is made later; until then no calls are
   * wanted. It says whether they are and how its resources are, and when it has stopped, this stops. @default always ready
   */
  readonly lifespan?: LifeSource | (() => LifeSource | undefined) | undefined
  /** What `/metrics` shows: `metrics()`. @default there is no `/metrics` */
  readonly metrics?: Metrics | undefined
  /** How the dashboard at `/dashboard` shows what `metrics` counts; `false` for none. @default {} */
  readonly dashboard?: DashboardOptions | false | undefined
  /** Whether those who know the `token` get CPU profiles, heap snapshots and reports. @default true */
  readonly profile?: boolean | undefined
  /** A heap that holds more is not written down, as that holds up the process; at least 0. @default 536_870_912 */
  readonly maxSnapshotBytes?: number | undefined
  /**
   * Keeps the last calls that took too long, with where their time went: `{ aboveMs, keep, cpu }`. It takes `metrics`.
   * @default nobody looks
   */
  readonly slowCalls?: SlowCallsOptions | false | undefined
  /** What else to ask how it is, by name. @default nothing */
  readonly checks?: { readonly [name: string]: HealthCheck | HealthCheckOptions } | undefined
  /** How long a check may take before it counts as unhealthy; above 0. @default 2_000 */
  readonly checkMs?: number | undefined
  /** How long the answer of a check is kept; at least 0. @default 1_000 */
  readonly checkTtlMs?: number | undefined
  /** From which duration on a check counts as degraded; above 0, `Infinity` for never. @default 500 */
  readonly slowMs?: number | undefined
  /** Which part of its last 20 times a check must have gone well, or it counts as degraded; from 0 to 1. @default 0.9 */
  readonly minSuccessRatio?: number | undefined
  /** How long one of several processes may take to say what it is asked; from 100 to 60,000. @default 2_000 */
  readonly workerMs?: number | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export interface Settings {
  readonly place: Place
  readonly access: AccessOptions
  readonly life: Life
  readonly metrics: Metrics | undefined
  readonly dashboard: DashboardSettings | undefined
  readonly hasProfile: boolean
  readonly maxSnapshotBytes: number
  readonly slowCalls: SlowCallsSettings | undefined
  readonly checks: ReadonlyArray<Partial<Bounds> & { readonly name: string; readonly check: HealthCheck }>
  readonly bounds: Bounds
  readonly workerMs: number
  readonly clock: Clock
}

/** @throws TypeError when an option makes no sense, or when others could reach it without a token */
export const settingsOf = (options: OpsOptions): Settings => {
  checkOptions('ops', options, checks)
  const {
    port = 9464,
    host = '127.0.0.1',
    token,
    hosts,
    openProbes = false,
    lifespan,
    metrics,
    dashboard = {},
    profile = true,
    maxSnapshotBytes = 536_870_912,
    slowCalls = false,
    checks: named = {},
    checkMs = 2_000,
    checkTtlMs = 1_000,
    slowMs = 500,
    minSuccessRatio = 0.9,
    workerMs = 2_000,
    clock = systemClock,
  } = options
  if (token === undefined && !isLoopback(host)) {
    throw new TypeError(`ops: ${host} can be reached by others; it takes a token to listen there`)
  }
  const slow = slowCalls === false ? undefined : slowCallsSettingsOf(slowCalls)
  if (slow !== undefined && metrics === undefined) {
    throw new TypeError('ops: slowCalls takes metrics, through which calls are seen')
  }
  if (slow?.hasCpu === true && !profile) throw new TypeError('ops: slowCalls.cpu takes profile, which is off')
  return {
    place: { port, host, isLocal: token === undefined },
    access: { token, hosts, openProbes },
    life: new Life(typeof lifespan === 'object' ? () => lifespan : lifespan),
    metrics,
    dashboard: dashboard === false ? undefined : dashboardSettingsOf(dashboard),
    hasProfile: profile,
    maxSnapshotBytes,
    slowCalls: slow,
    checks: Object.entries(named).map(([name, given]) => ({ name, ...boundsOf(name, given) })),
    bounds: { checkMs, checkTtlMs, slowMs, minSuccessRatio },
    workerMs,
    clock,
  }
}

const boundsOf = (name: string, given: HealthCheck | HealthCheckOptions) => {
  const whole = typeof given === 'function' ? { check: given } : given
  checkOptions(`ops.checks.${name}`, whole, checksOfCheck)
  if (typeof whole.check !== 'function') {
    throw new TypeError(`ops.checks.${name} must be a function or { check }, got ${kindOf(whole.check)}`)
  }
  const { check, checkMs, checkTtlMs, slowMs } = whole
  const own = Object.entries({ checkMs, checkTtlMs, slowMs }).filter(([, ms]) => ms !== undefined)
  return { check, ...(Object.fromEntries(own) as Partial<Bounds>) }
}

const secret: Check = (value) =>
  typeof value === 'string' && /^[!-~]{16,}$/.test(value) ? undefined : 'at least 16 ASCII characters without spaces'

// What is wrong with a token must not be shown: it would stand in a log.
const token: Check = (value) => {
  const wrong = secret(value)
  if (wrong !== undefined) throw new TypeError(`ops.token must be ${wrong}`)
  return undefined
}

const names: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((name) => typeof name === 'string' && /^[^\s/:]+$|^\[.+\]$/.test(name))
    ? undefined
    : 'names of hosts, at least one, without ports'

const life: Check = (value) =>
  record(value) === undefined && typeof (value as { readonly isReady?: unknown }).isReady === 'boolean'
    ? undefined
    : 'a lifespan (with isReady)'

const above0: Check = (value) => (number()(value) === undefined && (value as number) > 0 ? undefined : 'above 0')

const atLeast0 = number({ min: 0 })

const slow: Check = (value) => (value === Infinity ? undefined : above0(value))

const checksOfCheck: { readonly [option: string]: Check } = {
  check: func,
  checkMs: above0,
  checkTtlMs: atLeast0,
  slowMs: slow,
}

const checks: { readonly [option: string]: Check } = {
  port: integer({ min: 0, max: 65_535 }),
  host: text,
  token,
  hosts: names,
  openProbes: boolean,
  lifespan: either(func, life),
  metrics: (value) =>
    typeof (value as { exposition?: unknown } | null)?.exposition === 'function' ? undefined : 'what metrics() gives',
  dashboard: either(off, record),
  profile: boolean,
  maxSnapshotBytes: number({ min: 0, unlimited: true }),
  slowCalls: either(off, record),
  checks: record,
  checkMs: above0,
  checkTtlMs: atLeast0,
  slowMs: slow,
  minSuccessRatio: number({ min: 0, max: 1 }),
  workerMs: number({ min: 100, max: 60_000 }),
  clock: having('a clock', 'now', 'after'),
}
