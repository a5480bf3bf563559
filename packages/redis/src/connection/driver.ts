import type { Cluster, Redis as Single } from 'ioredis'
import type IORedis from 'ioredis'

/** The part of `ioredis` that this package uses. */
export type Driver = typeof IORedis

/** What `ioredis` connects with: one server (also one found by sentinels), or a cluster. */
export type RedisClient = Single | Cluster

/**
 * Loads `ioredis`, when the first connection is opened: whoever uses no Redis need not have it.
 *
 * @throws Error in one sentence when it is not installed
 */
export const driver = async (): Promise<Driver> => {
  try {
    return (await import('ioredis')).default
  } catch (cause) {
    throw new Error('Redis takes the package ioredis: npm install ioredis', { cause })
  }
}
