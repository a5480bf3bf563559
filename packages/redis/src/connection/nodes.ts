import type { Redis as Single } from 'ioredis'
import type { RedisClient } from './driver.ts'

/** The servers that have all keys between them: the one, or every primary of a cluster. */
export const primariesOf = (client: RedisClient): readonly Single[] =>
  isCluster(client) ? client.nodes('master') : [client]

/** Whether keys lie on different servers, so that no command can name several of them. */
export const isCluster = (client: RedisClient): client is Exclude<RedisClient, Single> => 'nodes' in client
