import { RedisLostError, unavailable } from '../errors.ts'

/**
 * What a command failed with, in our words where `ioredis` speaks of the connection: those name its options. What Redis
 * itself says, and what the caller's own code throws, is handed on as it is.
 */
export const saidBy = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { name, message } = error
  if (name === 'ClusterAllFailedError' || neverSent.test(message)) return unavailable(error)
  if (name === 'ParserError' || broke.test(message)) {
    return new RedisLostError('The connection to Redis broke before it answered.', error)
  }
  return error
}

const neverSent = /enableOfflineQueue options is false$|^None of startup nodes is available|^Node is disconnected/
const broke =
  /^(?:Connection is closed\.|Reached the max retries per request limit|Command aborted due to connection close|Cluster is disconnect)/
