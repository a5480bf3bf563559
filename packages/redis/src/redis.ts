import type { Health, Resource } from '@millrace/core'
import { Connection } from './connection/connection.ts'
import type { RedisClient } from './connection/driver.ts'
import { settingsOf } from './options.ts'
import type { RedisOptions } from './options.ts'
import type { RedisStats } from './stats.ts'

/** A connection to Redis that is opened when it is first needed, and that lets nobody wait while there is none. */
export interface Redis {
  readonly name: string
  /**
   * Runs commands: `redis.run((client) => client.get('key'))`, with a client of `ioredis`. A command that was on its way
   * when the connection broke is not sent again.
   *
   * @throws RedisUnavailableError, RejectedError: it was never sent. RedisTimedOutError, RedisLostError: it was, and may
   * have been done.
   * What Redis says, as `ioredis` throws it.
   */
  run<Value>(work: (client: RedisClient) => Promise<Value>): Promise<Value>
  /** Asks Redis whether it answers. @throws when it does not and is required */
  check(): Promise<Health>
  /** How it is, and what has happened. */
  stats(): RedisStats
  /**
   * Refuses new commands, waits for those on their way, then disconnects. It cannot be opened again.
   *
   * @param graceMs how long those may take, in milliseconds. @default 2_000
   */
  close(graceMs?: number): Promise<void>
}

/** Redis as a resource for `lifespan`, and for stores and buses to lean on. */
export interface RedisResource extends Resource<Redis, {}> {
  /** The one connection, usable at once: it connects when it is first used, or started. */
  readonly connection: Redis
}

/** What stores, buses and limits take: a resource, whether started or not, or what it gives. */
export type RedisLike = Redis | RedisResource

/**
 * A connection to Redis: to one server, to the primary of a group that sentinels watch over, or to a cluster. It connects
 * when it is started or first used.
 *
 * @throws TypeError when an option makes no sense
 */
export const redis = (options: RedisOptions = {}): RedisResource => {
  const settings = settingsOf(options)
  const connection = new Connection(settings)
  return {
    connection,
    start: async () => {
      try {
        await connection.open()
      } catch (error) {
        await connection.close(0)
        throw error
      }
      return connection
    },
    check: () => connection.check(),
    close: () => connection.close(),
  }
}
