import type { Agent } from 'undici'
import type { Driver } from './driver.ts'
import { connectorOf } from './guard/connector.ts'
import type { Settings } from './options.ts'

/**
 * undici's own pool of connections for each origin, bounded as the settings say.
 *
 * @param share which part of its time a connection that is not needed stays open
 */
export const agentOf = (settings: Settings, driver: Driver, share = 1): Agent => {
  const { connections, maxConcurrent, http2, headersMs, bodyMs, idleMs, maxHeaderBytes } = settings
  return new driver.Agent({
    connect: connectorOf(driver, settings),
    connections,
    pipelining: 1,
    allowH2: http2,
    ...(http2 && { maxConcurrentStreams: Math.min(maxConcurrent, 2 ** 31 - 1) }),
    headersTimeout: unlimitedAsZero(headersMs),
    bodyTimeout: unlimitedAsZero(bodyMs),
    keepAliveTimeout: Math.max(1, share * idleMs),
    // What the server says counts up to ten minutes.
    keepAliveMaxTimeout: Math.max(1, share * Math.max(idleMs, 600_000)),
    maxHeaderSize: maxHeaderBytes,
  })
}

/** undici takes whole milliseconds, and 0 for no limit. */
const unlimitedAsZero = (ms: number): number => (ms === Infinity ? 0 : Math.max(1, Math.round(ms)))
