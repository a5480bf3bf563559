import type { MemoryLevel } from '@millrace/core'
import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what a lifespan says, and its guard of memory. */
export const lifespanListener = (tally: Tally): Listener<'lifespan'> => {
  const ready = tally.gauge('mcp_ready')
  const starts = tally.gauge('mcp_resource_start_seconds')
  const failures = tally.counter('mcp_resource_failures_total')
  const drained = tally.counter('mcp_drain_calls_total')
  const pressure = tally.gauge('mcp_memory_pressure_ratio')
  const level = tally.gauge('mcp_memory_level')
  const collected = tally.counter('mcp_memory_collection_seconds_total')
  const changes = tally.counter('mcp_memory_level_changes_total')
  return {
    'lifespan.started': ({ resource, elapsedMs }) => starts.set(elapsedMs / 1000, resource),
    'lifespan.startFailed': ({ resource }) => failures.add(1, resource, 'start'),
    'lifespan.closed': ({ resource }) => starts.set(undefined, resource),
    'lifespan.closeFailed': ({ resource }) => failures.add(1, resource, 'close'),
    'lifespan.ready': () => ready.set(1),
    'lifespan.draining': () => ready.set(0),
    'lifespan.drained': ({ abandoned, refused }) => {
      drained.add(abandoned, 'abandoned')
      drained.add(refused, 'refused')
    },
    'lifespan.stopped': () => ready.set(0),
    'memory.measured': (event) => {
      pressure.set(event.ratio)
      for (const one of levels) level.set(Number(one === event.level), one)
    },
    'memory.levelChanged': (event) => changes.add(1, event.level),
    'memory.collected': ({ tookMs }) => collected.add(tookMs / 1000),
    'memory.shrinkFailed': ({ name }) => failures.add(1, name, 'shrink'),
  }
}

const levels = ['normal', 'elevated', 'high', 'critical'] as const satisfies readonly MemoryLevel[]

/** Counts what the HTTP edge says. */
export const edgeListener = (tally: Tally): Listener<'edge'> => {
  const sessions = tally.gauge('mcp_sessions')
  const ended = tally.counter('mcp_sessions_closed_total')
  const refused = tally.counter('mcp_edge_refused_total')
  const failures = tally.counter('mcp_edge_failures_total')
  const workers = tally.gauge('mcp_workers_ready')
  const crashes = tally.counter('mcp_worker_crashes_total')
  return {
    'edge.sessionOpened': (event) => sessions.set(event.sessions),
    'edge.sessionClosed': (event) => {
      sessions.set(event.sessions)
      ended.add(1, event.reason)
    },
    'edge.refused': ({ status }) => refused.add(1, String(status)),
    'edge.failed': () => failures.add(1),
    'edge.workerReady': ({ ready }) => workers.set(ready),
    'edge.workerCrashed': ({ ready }) => {
      workers.set(ready)
      crashes.add(1)
    },
  }
}

/** Counts what doors say. */
export const doorListener = (tally: Tally): Listener<'mcp'> => {
  const attached = tally.counter('mcp_servers_attached_total')
  const warnings = tally.counter('mcp_warnings_total')
  const warned = ({ type }: { readonly type: string }) => warnings.add(1, type.slice('mcp.'.length))
  return {
    'mcp.attached': ({ isFallback }) => attached.add(1, isFallback ? 'fallback' : 'table'),
    'mcp.misordered': warned,
    'mcp.misnamed': warned,
    'mcp.anonymous': warned,
    'mcp.remade': warned,
  }
}
