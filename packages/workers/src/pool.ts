import { keepAlive } from '@millrace/core'
import type { Clock, Health } from '@millrace/core'
import type { Driver } from './driver.ts'
import { closedError, tooLate } from './errors.ts'
import { Hall } from './hall/hall.ts'
import { Journal } from './journal.ts'
import type { Offloaded } from './offload/offloaded.ts'
import type { OffloadOptions, TaskFunction } from './offload/options.ts'
import { taskOf } from './offload/task.ts'
import type { Task } from './offload/task.ts'
import { splitWithin } from './offload/within.ts'
import type { Settings } from './options.ts'
import type { Desk } from './run/desk.ts'
import { MemoryWatch } from './run/memory.ts'
import { Run } from './run/run.ts'
import type { WorkersStats } from './stats.ts'
import { unpacked } from './thread/thrown.ts'
import { Threads } from './threads.ts'
import type { WorkersPool } from './workers.ts'

/** Threads, and who may have one. */
export class Pool implements WorkersPool {
  readonly #settings: Settings
  readonly #desk: Desk
  readonly #runs = new Set<Run>()
  #letGo: (() => void) | undefined
  #closing: Promise<void> | undefined
  #onIdle: (() => void) | undefined

  constructor(settings: Settings, driver: Driver) {
    const { name, clock, maxThreads, maxQueued, maxMemoryMb } = settings
    this.#settings = settings
    const hall = new Hall(maxThreads, maxQueued, clock)
    const journal = new Journal(name, hall)
    const threads: Threads = new Threads(settings, driver, {
      started: () => journal.threads('workers.threadStarted', threads.size),
      ended: () => journal.threads('workers.threadEnded', threads.size),
      failed: (error) => journal.threadFailed(error),
    })
    const memory = new MemoryWatch(maxMemoryMb, clock)
    this.#desk = {
      settings,
      clock,
      hall,
      threads,
      memory,
      journal,
      retryAfterMs: () => this.#retryAfterMs(),
      over: (run) => this.#over(run),
    }
  }

  /** @throws Error when a thread does not start, or a module cannot be imported */
  async warm(): Promise<void> {
    const { minThreads, startMs, clock } = this.#settings
    const letGo = keepAlive()
    try {
      const replies = await within(this.#desk.threads.warm(minThreads), startMs, clock)
      for (const reply of replies) {
        if (!('fault' in reply)) continue
        const cause = unpacked(reply.thrown)
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`workers: ${reply.module} cannot be imported: ${why}`, { cause })
      }
    } catch (error) {
      await this.#desk.threads.close()
      throw error
    } finally {
      letGo()
    }
  }

  offload<Some extends TaskFunction>(work: Some | URL | string, options: OffloadOptions<Some> = {}): Offloaded<Some> {
    const task = taskOf(work, options, this.#settings)
    const offloaded = (...args: readonly unknown[]): Promise<unknown> => this.#do(task, args)
    Object.defineProperty(offloaded, 'name', { value: task.name })
    return offloaded as unknown as Offloaded<Some>
  }

  check(): Health {
    const { threads, running, queued } = this.stats()
    const numbers = { threads, running, queued }
    if (this.#closing !== undefined) return { status: 'unhealthy', detail: 'The worker threads are closed.', numbers }
    if (threads < this.#settings.minThreads)
      return { status: 'degraded', detail: `${threads} of ${this.#settings.minThreads} threads are there.`, numbers }
    if (queued > 0) return { status: 'degraded', detail: `${queued} tasks wait for a thread.`, numbers }
    return { status: 'healthy', numbers }
  }

  stats(): WorkersStats {
    const { journal, threads, hall } = this.#desk
    const state = { threads: threads.size, running: hall.active, queued: hall.waiting }
    const measured = { waitMs: journal.waits.percentiles(), runMs: journal.runs.percentiles() }
    return { name: this.#settings.name, ...state, ...journal.tally, ...measured }
  }

  close(graceMs = 2_000): Promise<void> {
    this.#closing ??= this.#close(graceMs)
    return this.#closing
  }

  async #close(graceMs: number): Promise<void> {
    if (this.#runs.size > 0) {
      const idle = new Promise<void>((resolve) => (this.#onIdle = resolve))
      const timer = this.#settings.clock.after(graceMs, () => {
        // Those who wait first: none of them is to get the thread of one who runs.
        for (const run of this.#runs) if (run.isWaiting) run.close()
        for (const run of this.#runs) run.close()
      })
      await idle
      timer.cancel()
    }
    await this.#desk.threads.close()
  }

  async #do(task: Task, all: readonly unknown[]): Promise<unknown> {
    const { journal, hall } = this.#desk
    const [args, wanted] = splitWithin(all)
    journal.tally.tasks += 1
    if (this.#closing !== undefined) {
      journal.refused({ task }, 'closed', 0)
      throw closedError()
    }
    if (wanted?.isOver === true) {
      journal.tally.left += 1
      throw wanted.reason
    }
    if (wanted !== undefined && wanted.remainingMs <= 0) {
      journal.refused({ task }, 'deadline', 0)
      throw tooLate()
    }
    if (task.placement?.place === 'inline') return this.#inline(task, args)
    const run = new Run(this.#desk, task, args, wanted)
    this.#runs.add(run)
    this.#letGo ??= keepAlive()
    if (hall.enter(run)) journal.queued(run)
    return run.promise
  }

  async #inline(task: Task, args: readonly unknown[]): Promise<unknown> {
    const work = await task.here()
    const began = performance.now()
    let failure: { readonly error: unknown } | undefined
    try {
      return await work(...(args as never[]))
    } catch (error) {
      failure = { error }
      throw error
    } finally {
      this.#desk.journal.finished({ task }, 'inline', performance.now() - began, failure?.error)
    }
  }

  #retryAfterMs(): number | undefined {
    const { hall, journal } = this.#desk
    const { mean } = journal.runs
    return mean === undefined ? undefined : Math.ceil((mean * (hall.waiting + 1)) / this.#settings.maxThreads)
  }

  #over(run: Run): void {
    this.#runs.delete(run)
    if (this.#runs.size > 0) return
    this.#letGo?.()
    this.#letGo = undefined
    this.#onIdle?.()
  }
}

const within = <Value>(work: Promise<Value>, startMs: number, clock: Clock): Promise<Value> =>
  new Promise((resolve, reject) => {
    const tooSlow = (): void => reject(new Error(`workers: the threads have not started within ${startMs} ms`))
    const timer = clock.after(startMs, tooSlow)
    work.then(resolve, reject).finally(() => timer.cancel())
  })
