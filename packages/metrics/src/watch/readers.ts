import { systemClock } from '@millrace/core'
import { showState } from '../events/breakerStates.ts'
import type { Tally } from '../series/tally.ts'
import type { HttpPoolStats, Named, PgPoolStats, Watched } from './sources.ts'

/** Asks one source, and shows what it says. */
export type Reader = () => void | Promise<void>

/** What asks each of the sources. */
export const readersOf = (tally: Tally, watched: Watched): Reader[] => {
  const { cache, edge, lifespan } = watched
  const readers: Reader[] = []
  if (cache !== undefined) {
    readers.push(async () => {
      for (const [tier, { entries, bytes }] of Object.entries((await cache.stats()).tiers)) {
        tally.gauge('mcp_cache_entries').set(entries, tier)
        tally.gauge('mcp_cache_bytes').set(bytes, tier)
      }
    })
  }
  if (edge !== undefined) {
    readers.push(async () => {
      const { active, sessions, workers } = await edge.stats()
      tally.gauge('mcp_active_connections').set(active)
      tally.gauge('mcp_sessions').set(sessions)
      if (workers !== undefined) tally.gauge('mcp_workers_ready').set(workers)
    })
  }
  if (lifespan !== undefined) readers.push(() => tally.gauge('mcp_ready').set(Number(lifespan.isReady)))
  return [...readers, ...namedReaders(tally, watched)]
}

const namedReaders = (tally: Tally, watched: Watched): Reader[] => [
  ...named(watched, 'queue', 'state', ({ state }, queue) => {
    const { depth, inFlight, limit } = state()
    tally.gauge('queue_depth').set(depth, queue)
    tally.gauge('queue_in_flight').set(inFlight, queue)
    tally.gauge('queue_limit').set(limit, queue)
  }),
  ...named(watched, 'rateLimit', 'waiting', ({ waiting }, name) =>
    tally.gauge('rate_limit_waiting').set(waiting(), name),
  ),
  ...named(watched, 'breaker', 'state', (circuits, name) => {
    const gauge = tally.gauge('mcp_breaker_state')
    for (const key of circuits.keys()) showState(gauge, name, key, circuits.state(key)?.type)
  }),
  ...named(watched, 'retryBudget', 'balance', (budget, name) =>
    tally.gauge('mcp_retry_budget_balance').set(budget.balance(systemClock.now()), name),
  ),
  ...named(watched, 'pool', 'stats', (pool) => showPool(tally, pool.stats())),
  ...named(watched, 'redis', 'stats', (redis) => {
    const { name, state, inFlight, waiting } = redis.stats()
    tally.gauge('redis_connected').set(Number(state === 'connected'), name)
    tally.gauge('redis_in_flight').set(inFlight, name)
    tally.gauge('mcp_pool_waiting').set(waiting, name, 'redis')
  }),
]

const showPool = (tally: Tally, stats: PgPoolStats | HttpPoolStats): void => {
  const isPg = 'size' in stats
  const [name, kind] = isPg ? [stats.pool, 'postgres'] : [stats.name, 'http']
  if (isPg) {
    tally.gauge('db_connection_pool_size').set(stats.size, name)
    tally.gauge('mcp_pool_limit').set(stats.limit, name, kind)
    for (const replica of stats.replicas ?? []) showPool(tally, replica)
  }
  tally.gauge('mcp_pool_total_connections').set(isPg ? stats.size : stats.connections, name, kind)
  tally.gauge('mcp_pool_active_connections').set(isPg ? stats.busy : stats.active, name, kind)
  tally.gauge('mcp_pool_waiting').set(stats.waiting, name, kind)
}

type Manifold = 'queue' | 'rateLimit' | 'breaker' | 'retryBudget' | 'pool' | 'redis'
type SourceOf<Key extends Manifold> = Exclude<Watched[Key], undefined> extends Named<infer Source> ? Source : never

/** Readers of one source, or of several by name. */
const named = <Key extends Manifold>(
  watched: Watched,
  key: Key,
  method: keyof SourceOf<Key>,
  show: (source: SourceOf<Key>, name: string) => void,
): Reader[] => {
  const given = watched[key] as Named<SourceOf<Key>> | undefined
  if (given === undefined) return []
  const isOne = typeof (given as SourceOf<Key>)[method] === 'function'
  const entries = isOne ? [[key, given as SourceOf<Key>] as const] : Object.entries(given as object)
  return entries.map(
    ([name, source]) =>
      () =>
        show(source as SourceOf<Key>, name),
  )
}
