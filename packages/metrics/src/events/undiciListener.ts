import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what HTTP pools say. Their origins may be chosen by callers and stand in no label. */
export const undiciListener = (tally: Tally): Listener<'undici'> => {
  const total = tally.gauge('mcp_pool_total_connections')
  const exhausted = tally.counter('mcp_pool_exhausted_total')
  const connectFailures = tally.counter('mcp_pool_connect_failures_total')
  const closed = tally.counter('mcp_pool_closed_total')
  const requests = tally.histograms('http_client_request_duration_seconds')
  const redirects = tally.counter('http_client_redirects_total')
  const blocked = tally.counter('http_client_blocked_total')
  return {
    'undici.connected': ({ pool }) => total.move(1, pool, kind),
    'undici.disconnected': ({ pool }) => {
      total.move(-1, pool, kind)
      closed.add(1, pool, kind, 'disconnected')
    },
    'undici.connectFailed': ({ pool }) => connectFailures.add(1, pool, kind),
    'undici.exhausted': ({ pool, reason }) => exhausted.add(1, pool, kind, reason),
    'undici.blocked': ({ pool }) => blocked.add(1, pool),
    'undici.redirected': ({ pool }) => redirects.add(1, pool),
    'undici.request': ({ pool, method, status, tookMs }) =>
      requests.record(tookMs / 1000, pool, methodOf(method), status === undefined ? 'none' : String(status)),
  }
}

const kind = 'http'

const methodOf = (method: string): string => (methods.has(method) ? method : 'other')

// RFC 9110, section 9.3, and RFC 5789.
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
