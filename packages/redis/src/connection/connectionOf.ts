import type { RedisLike } from '../redis.ts'
import { Connection } from './connection.ts'

/**
 * The connection that somebody was given to lean on.
 *
 * @throws TypeError when it is nothing that `redis()` gave
 */
export const connectionOf = (factory: string, given: RedisLike): Connection => {
  const found: unknown = given !== null && typeof given === 'object' && 'connection' in given ? given.connection : given
  if (found instanceof Connection) return found
  throw new TypeError(`${factory}.redis must be what redis() gives, got ${given === null ? 'null' : typeof given}`)
}
