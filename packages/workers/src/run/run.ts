import type { Timer, WorkersRefusal, WorkersStop } from '@millrace/core'
import type { Worker } from 'node:worker_threads'
import { cutShort, greedy, late } from '../errors.ts'
import type { Waiter } from '../hall/hall.ts'
import type { Movable } from '../offload/options.ts'
import type { Task } from '../offload/task.ts'
import type { Wanted } from '../offload/within.ts'
import type { TaskPriority } from '../priority.ts'
import type { Reply } from '../thread/protocol.ts'
import type { Client } from '../threads.ts'
import type { Desk } from './desk.ts'
import { endOf, failureOf, isCloneError, isHeapLimit, unsent } from './failure.ts'
import type { Watched } from './memory.ts'
import { refusal } from './refusal.ts'
import { Stop } from './stop.ts'

/** One task on its way: it waits, runs, and ends once. */
export class Run implements Waiter, Client, Watched {
  readonly task: Task
  readonly priority: TaskPriority
  readonly waitMs: number
  readonly promise: Promise<unknown>
  readonly #desk: Desk
  readonly #args: readonly unknown[]
  readonly #moved: readonly Movable[]
  readonly #dueAt: number
  readonly #stop = new Stop()
  #state: 'waiting' | 'starting' | 'running' | 'over' = 'waiting'
  #startedAt = 0
  #threadId: number | undefined
  #timer: Timer | undefined
  #stopListening: (() => void) | undefined
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void

  /** @throws what the task's own `priority` and `transfer` throw */
  constructor(desk: Desk, task: Task, args: readonly unknown[], wanted: Wanted | undefined) {
    const remainingMs = wanted?.remainingMs ?? Infinity
    this.#desk = desk
    this.task = task
    this.#args = args
    this.#moved = task.movedOf(args)
    this.priority = task.priorityOf(args)
    this.#dueAt = desk.clock.now() + remainingMs
    this.waitMs = Math.min(task.waitMs, remainingMs)
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#stopListening = wanted?.onOver((reason) => this.#left(reason))
  }

  get thread(): Worker | undefined {
    return this.#threadId === undefined ? undefined : this.#desk.threads.thread(this.#threadId)
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting'
  }

  granted(waitedMs: number): void {
    const { task } = this
    const { threads, journal, settings, clock } = this.#desk
    this.#state = 'starting'
    journal.started(this, waitedMs)
    this.#timer = clock.after(settings.startMs, () => this.#refuse('noThread', waitedMs))
    const order = { kind: task.kind, code: task.code, name: task.export, args: this.#args }
    threads.run(order, this, this.#stop, this.#moved).then(
      (reply) => this.#answered(reply),
      (error: unknown) => this.#ended(error),
    )
  }

  refused(reason: 'full' | 'waited', waitedMs: number): void {
    this.#refuse(reason === 'waited' && this.waitMs < this.task.waitMs ? 'deadline' : reason, waitedMs)
  }

  posted(threadId: number): void {
    const { clock, memory } = this.#desk
    this.#timer?.cancel()
    this.#state = 'running'
    this.#threadId = threadId
    this.#startedAt = clock.now()
    const { timeLimitMs } = this.task
    const leftMs = this.#dueAt - this.#startedAt
    const ms = Math.min(timeLimitMs, leftMs)
    const reason = leftMs < timeLimitMs ? 'deadline' : 'timeLimit'
    this.#timer = ms === Infinity ? undefined : clock.after(ms, () => this.#kill(reason, late(ms)))
    memory.add(this)
  }

  tooMuch(): void {
    this.#kill('memory', greedy(this.#desk.settings.maxMemoryMb))
  }

  /** The pool closes and waits no longer. */
  close(): void {
    if (this.#state === 'running') this.#kill('closed', cutShort())
    else this.#refuse('closed', 0)
  }

  #left(reason: unknown): void {
    if (this.#state === 'running') return this.#kill('cancelled', reason)
    const { hall, journal } = this.#desk
    journal.left(this, hall.forget(this) ?? 0)
    this.#stop.abort()
    this.#reject(reason)
    this.#over()
  }

  #refuse(reason: WorkersRefusal, waitedMs: number): void {
    const { journal, hall } = this.#desk
    const retryAfterMs = this.#desk.retryAfterMs()
    hall.forget(this)
    journal.refused(this, reason, waitedMs, retryAfterMs)
    this.#stop.abort()
    this.#reject(refusal(reason, waitedMs, retryAfterMs))
    this.#over()
  }

  #kill(reason: WorkersStop, error: unknown): void {
    this.#desk.journal.stopped(this, reason, this.#desk.clock.now() - this.#startedAt)
    this.#stop.abort()
    this.#reject(error)
    this.#over()
  }

  #answered(reply: Reply): void {
    if (this.#state === 'over') return
    const { journal } = this.#desk
    if ('fault' in reply) {
      const error = failureOf(reply, this.task.name)
      journal.finished(this, 'worker', reply.runMs, error)
      this.#reject(error)
    } else {
      journal.finished(this, 'worker', reply.runMs)
      this.#resolve(reply.value)
    }
    this.#over()
  }

  /** There is no reply: it could not be sent, or its thread has ended. */
  #ended(error: unknown): void {
    if (this.#state === 'over') return
    const { journal, threads, settings, clock } = this.#desk
    const tookMs = clock.now() - this.#startedAt
    const { name } = this.task
    if (isHeapLimit(error)) {
      journal.stopped(this, 'memory', tookMs)
      this.#reject(greedy(settings.maxMemoryMb, error))
    } else if (isCloneError(error)) {
      const failure = unsent(error, name, threads.isReady(this.#threadId ?? -1) ? 'arguments' : 'result')
      journal.finished(this, 'worker', tookMs, failure)
      this.#reject(failure)
    } else {
      journal.stopped(this, 'exited', tookMs)
      this.#reject(endOf(error, name))
    }
    this.#over()
  }

  #over(): void {
    const hadThread = this.#state !== 'waiting'
    const { hall, memory } = this.#desk
    this.#state = 'over'
    this.#timer?.cancel()
    this.#stopListening?.()
    memory.delete(this)
    this.#desk.over(this)
    if (hadThread) hall.leave()
  }
}
