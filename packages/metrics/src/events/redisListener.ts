import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what connections to Redis say. */
export const redisListener = (tally: Tally): Listener<'redis'> => {
  const connected = tally.gauge('redis_connected')
  const connects = tally.counter('redis_connects_total')
  const lost = tally.counter('redis_lost_total')
  const failures = tally.counter('redis_failures_total')
  const commands = tally.histograms('redis_command_duration_seconds')
  return {
    'redis.connected': ({ connection }) => {
      connected.set(1, connection)
      connects.add(1, connection)
    },
    'redis.lost': ({ connection }) => {
      connected.set(0, connection)
      lost.add(1, connection)
    },
    'redis.failed': ({ connection }) => failures.add(1, connection),
    'redis.command': ({ connection, tookMs, error }) =>
      commands.record(tookMs / 1000, connection, error === undefined ? 'ok' : 'failed'),
  }
}
