import { boolean, checkOptions, either, having, integer, number, record, systemClock, text } from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import type { ConnectionOptions as TlsOptions } from 'node:tls'

/** Where a server listens. */
export interface RedisAddress {
  /** Name or address. @default 'localhost' */
  readonly host?: string | undefined
  /** @default 6379, of a sentinel 26379 */
  readonly port?: number | undefined
}

/** Who asks, and how. */
export interface RedisLogin {
  /** @default the server's default user */
  readonly username?: string | undefined
  /** @default none */
  readonly password?: string | undefined
  /** Whether to encrypt, and how. @default false */
  readonly tls?: boolean | TlsOptions | undefined
}

/** One server. */
export interface RedisServerOptions extends RedisAddress, RedisLogin {
  /** A Unix socket, in place of host and port. @default none */
  readonly path?: string | undefined
  /** The number of the database. @default 0 */
  readonly database?: number | undefined
}

/** The primary of a group that sentinels watch over, whichever server that is at the time. */
export interface RedisSentinelOptions extends RedisLogin {
  readonly sentinels: readonly RedisAddress[]
  /** The name that the sentinels know the group by. */
  readonly group: string
  /** The sentinels' own password. @default none */
  readonly sentinelPassword?: string | undefined
  /** The number of the database. @default 0 */
  readonly database?: number | undefined
}

/** A cluster. */
export interface RedisClusterOptions extends RedisLogin {
  /** Some of its nodes; they tell of the others. */
  readonly nodes: readonly RedisAddress[]
  /** Where nodes are reached that announce another address: `{ '10.0.0.1:6379': { host, port } }`. @default as announced */
  readonly addresses?: { readonly [announced: string]: { readonly host: string; readonly port: number } } | undefined
}

/** Options of `redis`. Times are in milliseconds; `Infinity` is no limit. */
export interface RedisOptions {
  /** The server, as a URL or in parts, a group with sentinels, or a cluster. @default 'redis://localhost:6379' */
  readonly connection?: string | RedisServerOptions | RedisSentinelOptions | RedisClusterOptions | undefined
  /** Name in events and statistics and, as the name of the connection, on the server. @default 'millrace' */
  readonly name?: string | undefined
  /**
   * Whether a start fails without Redis, and a check says `unhealthy`. Otherwise the server starts, goes on connecting,
   * and a check says `degraded`. @default false
   */
  readonly isRequired?: boolean | undefined
  /** How long opening a connection may take. @default 5_000 */
  readonly connectMs?: number | undefined
  /** How long a command may take, with the wait for a connection. @default 1_000 */
  readonly commandMs?: number | undefined
  /** A connection that leaves commands unanswered for so long is cut and opened anew. @default 5_000 */
  readonly silenceMs?: number | undefined
  /** The longest pause between two attempts to connect; the first ones come sooner. @default 2_000 */
  readonly maxPauseMs?: number | undefined
  /** Commands that may wait while a connection is being opened; the next one is refused. @default 1_000 */
  readonly maxWaiting?: number | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export type Settings = { readonly [Name in keyof RedisOptions]-?: Exclude<RedisOptions[Name], undefined> }

/** @throws TypeError when an option makes no sense */
export const settingsOf = (options: RedisOptions = {}): Settings => {
  checkOptions('redis', options, checks)
  const {
    connection = 'redis://localhost:6379',
    name = 'millrace',
    isRequired = false,
    connectMs = 5_000,
    commandMs = 1_000,
    silenceMs = 5_000,
    maxPauseMs = 2_000,
    maxWaiting = 1_000,
    clock = systemClock,
  } = options
  if (typeof connection !== 'string') checkConnection(connection)
  return { connection, name, isRequired, connectMs, commandMs, silenceMs, maxPauseMs, maxWaiting, clock }
}

const duration = number({ min: 1, unlimited: true })

const addresses: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => record(one) === undefined)
    ? undefined
    : 'an array of { host, port }'

const isUrl: Check = (value) =>
  typeof value === 'string' && /^rediss?:\/\/./.test(value) ? undefined : 'a URL that starts with redis:// or rediss://'

const checks = {
  connection: either(isUrl, record),
  name: text,
  isRequired: boolean,
  connectMs: duration,
  commandMs: duration,
  silenceMs: duration,
  maxPauseMs: duration,
  maxWaiting: integer({ min: 0, unlimited: true }),
  clock: having('a clock', 'now', 'after'),
}

const login = { username: text, password: text, tls: either(boolean, record) }
const database = integer({ min: 0 })
const address = { host: text, port: integer({ min: 1, max: 65_535 }) }

const checkConnection = (connection: RedisServerOptions | RedisSentinelOptions | RedisClusterOptions): void => {
  if ('nodes' in connection) {
    checkOptions('redis.connection', connection, { ...login, nodes: addresses, addresses: record })
    for (const one of connection.nodes) checkOptions('redis.connection.nodes', one, address)
  } else if ('sentinels' in connection) {
    const own = { sentinels: addresses, group: text, sentinelPassword: text, database }
    checkOptions('redis.connection', connection, { ...login, ...own })
    for (const one of connection.sentinels) checkOptions('redis.connection.sentinels', one, address)
    if (connection.group === undefined) throw new TypeError('redis.connection.group must be given with sentinels')
  } else {
    checkOptions('redis.connection', connection, { ...login, ...address, path: text, database })
  }
}
