import type { QueueNumbers } from '@millrace/core'
import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what queues and rate limits say. */
export const queueListener = (tally: Tally): Listener<'queue'> => {
  const depth = tally.gauge('queue_depth')
  const limit = tally.gauge('queue_limit')
  const waits = tally.histograms('queue_wait_duration_seconds')
  const rejected = tally.counter('queue_rejected_total')
  const left = tally.counter('queue_left_total')
  const overran = tally.counter('queue_overran_total')
  const tooEarly = tally.counter('rate_limit_rejected_total')
  const countersFailed = tally.counter('queue_counters_failed_total')
  const waiting = tally.gauge('rate_limit_waiting')
  const turns = tally.histograms('rate_limit_wait_duration_seconds')
  const note = (numbers: QueueNumbers): void => {
    depth.set(numbers.depth, numbers.queue)
    limit.set(numbers.limit, numbers.queue)
  }
  return {
    'queue.queued': note,
    'queue.started': (event) => {
      note(event)
      waits.record(event.waitMs / 1000, event.queue, event.priority)
    },
    'queue.rejected': (event) => {
      note(event)
      rejected.add(1, event.queue, event.priority, event.reason)
    },
    'queue.left': (event) => {
      note(event)
      left.add(1, event.queue, event.priority)
    },
    'queue.overran': (event) => {
      note(event)
      overran.add(1, event.queue)
    },
    'queue.limitChanged': note,
    'rateLimit.queued': (event) => waiting.set(event.depth, event.name),
    'rateLimit.started': (event) => {
      waiting.set(event.depth, event.name)
      turns.record(event.waitMs / 1000, event.name)
    },
    'rateLimit.left': (event) => waiting.set(event.depth, event.name),
    'queue.countersFailed': (event) => countersFailed.add(1, event.name),
    'rateLimit.rejected': (event) => tooEarly.add(1, event.name),
  }
}
