import { checkOptions, either, having, integer, number, off, record, systemClock, text } from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import type { ConnectionOptions as TlsOptions } from 'node:tls'

/** Where a database is and who asks. What is left out comes from the environment (`PGHOST`, `PGUSER` …). */
export interface ConnectionOptions {
  /** Name, address, or the directory of a Unix socket. @default `PGHOST`, else `localhost` */
  readonly host?: string | undefined
  /** @default `PGPORT`, else 5432 */
  readonly port?: number | undefined
  /** @default `PGUSER`, else the user of the process */
  readonly user?: string | undefined
  /** The password, or what gives one for each connection, for passwords that expire. @default `PGPASSWORD` */
  readonly password?: string | (() => string | Promise<string>) | undefined
  /** @default `PGDATABASE`, else the user's name */
  readonly database?: string | undefined
  /** Whether to encrypt, and how. @default `PGSSLMODE`, else not */
  readonly ssl?: boolean | TlsOptions | undefined
}

/** When a pool changes its size by itself. */
export interface AutoResizeOptions {
  /** Most connections, at least the pool's `max`, which it goes back to. */
  readonly max: number
  /** Mean wait for a connection that calls for more of them, in milliseconds. @default 10 */
  readonly targetWaitMs?: number | undefined
  /** How often it is looked at, in milliseconds. @default 5_000 */
  readonly everyMs?: number | undefined
}

/** Options of `postgres`. Times are in milliseconds; `Infinity` is no limit. */
export interface PostgresOptions {
  /** The database, as a URL or in parts. @default what the environment says (`PGHOST`, `PGUSER` …) */
  readonly connection?: string | ConnectionOptions | undefined
  /** Databases that follow it, for queries that only read. Each has a pool of its own, like the first one. @default [] */
  readonly replicas?: ReadonlyArray<string | ConnectionOptions> | undefined
  /** Name in events, statistics and, as `application_name`, on the server. @default 'millrace' */
  readonly name?: string | undefined
  /** Connections kept open whatever happens, from 0 to `max`. @default 1 */
  readonly min?: number | undefined
  /** Connections at most, at least 1. @default 10 */
  readonly max?: number | undefined
  /** Grows beyond `max` while callers wait, and back. @default false */
  readonly autoResize?: AutoResizeOptions | false | undefined
  /** Callers that may wait for a connection; the next one is refused. @default 100 */
  readonly maxWaiting?: number | undefined
  /** How long a caller waits for a connection. @default 5_000 */
  readonly waitMs?: number | undefined
  /** How long opening a connection may take. @default 5_000 */
  readonly connectMs?: number | undefined
  /** How long a query may run before it is cancelled on the server. @default 30_000 */
  readonly queryMs?: number | undefined
  /** How long a cancelled query may take to end before its connection is cut. @default 2_000 */
  readonly cancelMs?: number | undefined
  /** How long a connection that is not needed stays open. @default 30_000 */
  readonly idleMs?: number | undefined
  /** How long a connection is used; up to a tenth less, so that not all are replaced at once. @default 3_600_000 */
  readonly lifetimeMs?: number | undefined
  /** How often a connection is used. @default Infinity */
  readonly maxUses?: number | undefined
  /** Unused for longer, a connection is asked whether it lives before it is used. @default 10_000 */
  readonly probeAfterMs?: number | undefined
  /** How long the answer to that may take. @default 1_000 */
  readonly probeMs?: number | undefined
  /** `statement_timeout` of the server, for when this process cannot cancel any more. @default the server's own */
  readonly statementTimeoutMs?: number | undefined
  /** `lock_timeout` of the server: how long a statement may wait for a lock. @default the server's own */
  readonly lockTimeoutMs?: number | undefined
  /** Settings of the server for every connection: `{ jit: 'off', work_mem: '64MB' }`. @default {} */
  readonly settings?: { readonly [name: string]: string | number | boolean } | undefined
  /** Texts with values that are prepared when they come again; 0 for none, as some proxies in between need. @default 100 */
  readonly maxPrepared?: number | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export type Settings = { readonly [Name in keyof PostgresOptions]-?: Exclude<PostgresOptions[Name], undefined> }

/** @throws TypeError when an option makes no sense */
export const settingsOf = (options: PostgresOptions = {}): Settings => {
  checkOptions('postgres', options, checks)
  const {
    connection = {},
    replicas = [],
    name = 'millrace',
    max = 10,
    min = Math.min(1, max),
    autoResize = false,
    maxWaiting = 100,
    waitMs = 5_000,
    connectMs = 5_000,
    queryMs = 30_000,
    cancelMs = 2_000,
    idleMs = 30_000,
    lifetimeMs = 3_600_000,
    maxUses = Infinity,
    probeAfterMs = 10_000,
    probeMs = 1_000,
    statementTimeoutMs = 0,
    lockTimeoutMs = 0,
    settings = {},
    maxPrepared = 100,
    clock = systemClock,
  } = options
  if (min > max) throw new TypeError(`postgres.min must be at most max, which is ${max}, got ${min}`)
  if (autoResize !== false) checkAutoResize(autoResize, max)
  const size = { min, max, autoResize, maxWaiting }
  const times = { waitMs, connectMs, queryMs, cancelMs, idleMs, lifetimeMs, probeAfterMs, probeMs }
  const server = { statementTimeoutMs, lockTimeoutMs, settings, maxPrepared }
  return { connection, replicas, name, maxUses, clock, ...size, ...times, ...server }
}

const checkAutoResize = (options: AutoResizeOptions, max: number): void => {
  checkOptions('postgres.autoResize', options, {
    max: integer({ min: max }),
    targetWaitMs: number({ min: 0 }),
    everyMs: number({ min: 1 }),
  })
  if (options.max === undefined) throw new TypeError('postgres.autoResize.max must be an integer, got undefined')
}

const duration = number({ min: 0, unlimited: true })
const database: Check = either(text, record)
const databases: Check = (value) =>
  Array.isArray(value) && value.every((one) => database(one) === undefined) ? undefined : 'an array of URLs or objects'
const serverSettings: Check = (value) =>
  record(value) ??
  (Object.entries(value as object).every(([name, one]) => /^[\w.]+$/.test(name) && isSetting(one))
    ? undefined
    : 'an object of names and strings, numbers or booleans')
const isSetting = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

const checks = {
  connection: database,
  replicas: databases,
  name: text,
  min: integer({ min: 0 }),
  max: integer({ min: 1 }),
  autoResize: either(off, record),
  maxWaiting: integer({ min: 0, unlimited: true }),
  waitMs: duration,
  connectMs: duration,
  queryMs: duration,
  cancelMs: duration,
  idleMs: duration,
  lifetimeMs: duration,
  maxUses: integer({ min: 1, unlimited: true }),
  probeAfterMs: duration,
  probeMs: duration,
  statementTimeoutMs: integer({ min: 0 }),
  lockTimeoutMs: integer({ min: 0 }),
  settings: serverSettings,
  maxPrepared: integer({ min: 0, unlimited: true }),
  clock: having('a clock', 'now', 'after'),
}
