import type { QueueEvent } from '@millrace/core'

/** What a queue has come to. */
export interface QueueRecord {
  readonly queue: string
  started: number
  waitMs: number
  rejected: number
  /** Infinity for no limit. */
  limit: number
  /** The most calls that ran at once, and that waited. */
  peak: number
  depth: number
}

/** Queues by their names. */
export class QueueRecords {
  readonly #known = new Map<string, QueueRecord>()

  note(event: QueueEvent): void {
    if (!('queue' in event)) return
    const { queue, limit, inFlight, depth } = event
    const record = this.#known.get(queue) ?? { queue, started: 0, waitMs: 0, rejected: 0, limit, peak: 0, depth: 0 }
    this.#known.set(queue, record)
    record.limit = limit
    record.peak = Math.max(record.peak, inFlight)
    record.depth = Math.max(record.depth, depth)
    if (event.type === 'queue.started') {
      record.started += 1
      record.waitMs += event.waitMs
    } else if (event.type === 'queue.rejected') record.rejected += 1
  }

  all(): readonly QueueRecord[] {
    return [...this.#known.values()]
  }
}
