import type { WorkersNumbers } from '@millrace/core'
import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what pools of threads say. */
export const workersListener = (tally: Tally): Listener<'workers'> => {
  const threads = tally.gauge('mcp_threads')
  const tasks = tally.gauge('mcp_thread_tasks')
  const durations = tally.histograms('mcp_thread_task_duration_seconds')
  const waits = tally.histograms('mcp_thread_wait_duration_seconds')
  const refused = tally.counter('mcp_thread_refused_total')
  const stopped = tally.counter('mcp_thread_stopped_total')
  const failures = tally.counter('mcp_thread_failures_total')
  const moved = tally.counter('mcp_thread_moved_total')
  const note = ({ pool, running, queued }: WorkersNumbers): void => {
    tasks.set(running, pool, 'running')
    tasks.set(queued, pool, 'queued')
  }
  const count = (event: WorkersNumbers & { readonly threads: number }): void => {
    note(event)
    threads.set(event.threads, event.pool)
  }
  return {
    'workers.threadStarted': count,
    'workers.threadEnded': count,
    'workers.threadFailed': (event) => {
      note(event)
      failures.add(1, event.pool)
    },
    'workers.queued': note,
    'workers.started': (event) => {
      note(event)
      waits.record(event.waitMs / 1000, event.pool, event.task)
    },
    'workers.refused': (event) => {
      note(event)
      refused.add(1, event.pool, event.reason)
    },
    'workers.left': note,
    'workers.finished': (event) => {
      note(event)
      durations.record(event.runMs / 1000, event.pool, event.task, event.error === undefined ? 'ok' : 'failed')
    },
    'workers.stopped': (event) => {
      note(event)
      stopped.add(1, event.pool, event.reason)
    },
    'workers.moved': (event) => {
      note(event)
      moved.add(1, event.pool, event.to)
    },
  }
}
