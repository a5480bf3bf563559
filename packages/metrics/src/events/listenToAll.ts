import type { Tally } from '../series/tally.ts'
import { batchListener } from './batchListener.ts'
import { cacheListener } from './cacheListener.ts'
import { listen } from './listener.ts'
import { metricsListener } from './metricsListener.ts'
import { pgListener } from './pgListener.ts'
import { queueListener } from './queueListener.ts'
import { redisListener } from './redisListener.ts'
import { resilienceListener } from './resilienceListener.ts'
import { doorListener, edgeListener, lifespanListener } from './servingListeners.ts'
import { undiciListener } from './undiciListener.ts'
import { workersListener } from './workersListener.ts'

/** Counts what every package says in this process. Returns what stops it. */
export const listenToAll = (tally: Tally): (() => void) => {
  const stops = [
    listen('batch', batchListener(tally)),
    listen('cache', cacheListener(tally)),
    listen('edge', edgeListener(tally)),
    listen('lifespan', lifespanListener(tally)),
    listen('mcp', doorListener(tally)),
    listen('metrics', metricsListener(tally)),
    listen('pg', pgListener(tally)),
    listen('queue', queueListener(tally)),
    listen('redis', redisListener(tally)),
    listen('resilience', resilienceListener(tally)),
    listen('undici', undiciListener(tally)),
    listen('workers', workersListener(tally)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
