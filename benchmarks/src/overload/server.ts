import type { Clock, Timer } from '@millrace/core'
import { Heap } from './heap.ts'

/** Work that a server has taken on. */
export interface Work {
  /** Milliseconds of work that were done so far. */
  readonly doneMs: number
  /** Leaves it undone. */
  stop(): void
}

/** How a server does its work. */
export interface ServerOptions {
  /** Jobs that it works on at full speed. @default 10 */
  readonly slots?: number
  /** Share of the whole speed that each job beyond the slots costs (locks, memory, switching). @default 0.002 */
  readonly contention?: number
}

/**
 * A server that takes on whatever it is given. Up to its slots every job runs at full speed; beyond, all jobs share
 * that speed equally, and each one too many slows down all of them: n jobs get `slots / (1 + contention × (n - slots))`
 * together. That is the model behind the tables that the queue was designed by.
 */
export class Server {
  readonly #clock: Clock
  readonly #slots: number
  readonly #contention: number
  readonly #jobs = new Heap<Job>()
  #running = 0
  #slowdown = 1
  /** Milliseconds of work that a job has had that was there from the beginning. */
  #share = 0
  #sharedAt: number
  #next: Timer | undefined

  constructor(clock: Clock, { slots = 10, contention = 0.002 }: ServerOptions = {}) {
    this.#clock = clock
    this.#slots = slots
    this.#contention = contention
    this.#sharedAt = clock.now()
  }

  /** Jobs that it works on. */
  get running(): number {
    return this.#running
  }

  /** How many times longer than usual everything takes, from now on. */
  set slowdown(times: number) {
    this.#settle()
    this.#slowdown = times
    this.#arm()
  }

  /** Takes on a job of so many milliseconds at full speed. */
  begin(ms: number, onDone: () => void): Work {
    this.#settle()
    const job = new Job(this.#share, ms, onDone, {
      share: () => {
        this.#settle()
        return this.#share
      },
      leave: () => this.#leave(job),
    })
    this.#jobs.add(job)
    this.#running += 1
    this.#arm()
    return job
  }

  #leave(job: Job): void {
    this.#settle()
    job.end(this.#share)
    this.#running -= 1
    this.#arm()
  }

  /** Accounts for the time since the last change. */
  #settle(): void {
    const now = this.#clock.now()
    this.#share += (now - this.#sharedAt) * this.#speed()
    this.#sharedAt = now
  }

  /** Milliseconds of work that each job gets in a millisecond. */
  #speed(): number {
    const tooMany = Math.max(0, this.#running - this.#slots)
    const each = tooMany === 0 ? 1 : this.#slots / this.#running / (1 + this.#contention * tooMany)
    return each / this.#slowdown
  }

  #arm(): void {
    this.#next?.cancel()
    while (this.#jobs.first?.hasEnded === true) this.#jobs.take()
    const first = this.#jobs.first
    if (first === undefined) return
    this.#next = this.#clock.after((first.at - this.#share) / this.#speed(), () => {
      this.#settle()
      this.#jobs.take()
      first.end(first.at)
      this.#running -= 1
      this.#arm()
      first.onDone()
    })
  }
}

/** What a job knows of the server it is at. */
interface Place {
  readonly share: () => number
  readonly leave: () => void
}

class Job implements Work {
  /** The share at which it is done. */
  readonly at: number
  readonly onDone: () => void
  readonly #from: number
  readonly #server: Place
  #doneMs: number | undefined

  constructor(from: number, ms: number, onDone: () => void, server: Place) {
    this.at = from + ms
    this.onDone = onDone
    this.#from = from
    this.#server = server
  }

  get hasEnded(): boolean {
    return this.#doneMs !== undefined
  }

  get doneMs(): number {
    return this.#doneMs ?? this.#server.share() - this.#from
  }

  stop(): void {
    if (!this.hasEnded) this.#server.leave()
  }

  end(share: number): void {
    this.#doneMs = share - this.#from
  }
}
