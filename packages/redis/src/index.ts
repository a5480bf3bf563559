export { redisBus } from './bus/redisBus.ts'
export type { RedisBusOptions } from './bus/redisBus.ts'
export type { RedisClient } from './connection/driver.ts'
export { redisCounters } from './counters/redisCounters.ts'
export type { RedisCountersOptions } from './counters/redisCounters.ts'
export { RedisLostError, RedisTimedOutError, RedisUnavailableError } from './errors.ts'
export type {
  RedisAddress,
  RedisClusterOptions,
  RedisLogin,
  RedisOptions,
  RedisSentinelOptions,
  RedisServerOptions,
} from './options.ts'
export { redis } from './redis.ts'
export type { Redis, RedisLike, RedisResource } from './redis.ts'
export { redisEventStore } from './sessions/redisEventStore.ts'
export type { RedisEventStore, RedisEventStoreOptions } from './sessions/redisEventStore.ts'
export { redisSessions } from './sessions/redisSessions.ts'
export type { RedisSessionsOptions } from './sessions/redisSessions.ts'
export type { RedisStoreOptions } from './store/options.ts'
export { redisStore } from './store/redisStore.ts'
export type { RedisState, RedisStats } from './stats.ts'
