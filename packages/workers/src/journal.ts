import type { WorkersNumbers, WorkersRefusal, WorkersStop } from '@millrace/core'
import { Durations } from './durations.ts'
import type { Hall } from './hall/hall.ts'
import type { Task } from './offload/task.ts'
import type { Place } from './offload/place.ts'
import { events } from './report.ts'
import type { TaskPriority } from './priority.ts'
import { newTally } from './tally.ts'
import type { Tally } from './tally.ts'

/** Which task it was. */
interface Subject {
  readonly task: Task
  readonly priority: TaskPriority
}

/** Counts what happens to the tasks of a pool, and tells of it. */
export class Journal {
  readonly tally: Tally = newTally()
  readonly waits: Durations = new Durations()
  readonly runs: Durations = new Durations()
  readonly #pool: string
  readonly #hall: Hall

  constructor(pool: string, hall: Hall) {
    this.#pool = pool
    this.#hall = hall
  }

  queued({ task, priority }: Subject): void {
    if (events.hasSubscribers) events.publish({ type: 'workers.queued', ...this.#numbers, task: task.name, priority })
  }

  started({ task, priority }: Subject, waitMs: number): void {
    this.waits.add(waitMs)
    if (events.hasSubscribers)
      events.publish({ type: 'workers.started', ...this.#numbers, task: task.name, priority, waitMs })
  }

  left({ task }: Subject, waitMs: number): void {
    this.tally.left += 1
    if (events.hasSubscribers) events.publish({ type: 'workers.left', ...this.#numbers, task: task.name, waitMs })
  }

  refused({ task }: Pick<Subject, 'task'>, reason: WorkersRefusal, waitMs: number, retryAfterMs?: number): void {
    this.tally.refused += 1
    if (!events.hasSubscribers) return
    events.publish({ type: 'workers.refused', ...this.#numbers, task: task.name, reason, waitMs, retryAfterMs })
  }

  finished({ task }: Pick<Subject, 'task'>, place: Place, runMs: number, error?: unknown): void {
    this.runs.add(runMs)
    this.tally[error === undefined ? 'finished' : 'failed'] += 1
    if (place === 'inline') this.tally.inline += 1
    if (events.hasSubscribers)
      events.publish({ type: 'workers.finished', ...this.#numbers, task: task.name, runMs, error })
    if (task.placement?.took(place, runMs) !== true || !events.hasSubscribers) return
    events.publish({ type: 'workers.moved', ...this.#numbers, task: task.name, to: task.placement.place, runMs })
  }

  stopped({ task }: Pick<Subject, 'task'>, reason: WorkersStop, runMs: number): void {
    this.runs.add(runMs)
    this.tally.stopped += 1
    if (events.hasSubscribers)
      events.publish({ type: 'workers.stopped', ...this.#numbers, task: task.name, reason, runMs })
  }

  threads(type: 'workers.threadStarted' | 'workers.threadEnded', threads: number): void {
    if (events.hasSubscribers) events.publish({ type, ...this.#numbers, threads })
  }

  threadFailed(error: unknown): void {
    if (events.hasSubscribers) events.publish({ type: 'workers.threadFailed', ...this.#numbers, error })
  }

  get #numbers(): WorkersNumbers {
    return { pool: this.#pool, running: this.#hall.active, queued: this.#hall.waiting }
  }
}
