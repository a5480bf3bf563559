import type { RedisOptions } from 'ioredis'
import type {
  RedisAddress,
  RedisClusterOptions,
  RedisLogin,
  RedisSentinelOptions,
  RedisServerOptions,
  Settings,
} from '../options.ts'
import type { RedisClient, Driver } from './driver.ts'

/** A client of `ioredis` that is not connected yet, and that waits for nothing: whoever sends does that. */
export const clientOf = ({ Redis, Cluster }: Driver, settings: Settings): RedisClient => {
  const { connection } = settings
  const common = commonOf(settings)
  if (typeof connection === 'string') return new Redis(connection, common)
  if ('nodes' in connection) return clusterOf(Cluster, connection, settings, common)
  if ('sentinels' in connection) return new Redis({ ...common, ...sentinelOf(connection, settings) })
  return new Redis({ ...common, ...serverOf(connection) })
}

/** How long to wait before the next attempt: longer each time, never the same for all processes. */
export const pause = (attempt: number, maxPauseMs: number): number => {
  const bound = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt, 30))
  return bound * (0.5 + Math.random() / 2)
}

const commonOf = ({ name, connectMs, silenceMs, maxPauseMs, clock }: Settings): DriverOptions => {
  let followedAt = -Infinity
  return {
    connectionName: name,
    lazyConnect: true,
    enableOfflineQueue: false,
    // What is on its way when a connection breaks may have been done: it is never sent twice.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Who listens says so itself; what `ioredis` says for them fails unheard when the connection breaks, and ends the process.
    autoResubscribe: false,
    ...(connectMs === Infinity ? {} : { connectTimeout: connectMs }),
    ...(silenceMs === Infinity ? {} : { socketTimeout: silenceMs }),
    retryStrategy: (attempt) => pause(attempt, maxPauseMs),
    // A primary that has become a replica: whoever is primary now is found by connecting again.
    reconnectOnError: ({ message }) => {
      if (!message.startsWith('READONLY') || clock.now() - followedAt < followEveryMs) return false
      followedAt = clock.now()
      return true
    },
  }
}

const serverOf = ({
  host = 'localhost',
  port = 6379,
  path,
  database = 0,
  ...login
}: RedisServerOptions): DriverOptions => ({
  ...(path === undefined ? { host, port } : { path }),
  db: database,
  ...loginOf(login),
})

const sentinelOf = (connection: RedisSentinelOptions, { connectMs, maxPauseMs }: Settings): DriverOptions => {
  const { sentinels, group, sentinelPassword, database = 0, ...login } = connection
  return {
    sentinels: sentinels.map((one) => addressOf(one, 26_379)),
    name: group,
    db: database,
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(connectMs === Infinity ? {} : { sentinelCommandTimeout: connectMs }),
    sentinelRetryStrategy: (attempt) => pause(attempt, maxPauseMs),
    ...loginOf(login),
  }
}

const clusterOf = (
  Cluster: Driver['Cluster'],
  { nodes, addresses = {}, ...login }: RedisClusterOptions,
  { maxPauseMs }: Settings,
  common: DriverOptions,
): RedisClient =>
  new Cluster(
    nodes.map((one) => addressOf(one, 6379)),
    {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: (attempt) => pause(attempt, maxPauseMs),
      redisOptions: { ...common, ...loginOf(login) },
      natMap: addresses,
    },
  )

// Its type depends on another option in a way that no object of options has.
type DriverOptions = Omit<RedisOptions, 'replyMapping'>

const addressOf = ({ host = 'localhost', port }: RedisAddress, usual: number): { host: string; port: number } => ({
  host,
  port: port ?? usual,
})

const loginOf = ({ username, password, tls = false }: RedisLogin): DriverOptions => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
  ...(tls === false ? {} : { tls: tls === true ? {} : tls }),
})

const firstPauseMs = 25
const followEveryMs = 5_000
