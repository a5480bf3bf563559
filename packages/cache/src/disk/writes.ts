import { keepAlive } from '@millrace/core'
import type { Clock } from '@millrace/core'
import { faultOf } from './fault.ts'

/** Runs what it is given in one transaction. */
export type Transact = (act: () => void) => void

/** What is to be written: in order, in a later turn, many in one transaction; again when another process is at it. */
export class Writes {
  readonly #clock: Clock
  readonly #transact: Transact
  #jobs: Job[] = []
  #tries = 0
  #isDue = false

  constructor(clock: Clock, transact: Transact) {
    this.#clock = clock
    this.#transact = transact
  }

  /** @returns what `act` returned, once it is written; it may be run more than once until then */
  add<Value>(act: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      let value: Value
      this.#jobs.push({ act: () => (value = act()), resolve: () => resolve(value), reject })
      this.#schedule()
    })
  }

  /** Writes now what waits. */
  flush(): void {
    const jobs = this.#jobs.splice(0, mostAtOnce)
    if (jobs.length === 0) return
    const error = this.#attempt(jobs)
    if (error === undefined) {
      this.#tries = 0
      for (const { resolve } of jobs) resolve()
    } else if (faultOf(error) === 'busy' && this.#tries < mostTries) {
      this.#tries += 1
      this.#jobs = [...jobs, ...this.#jobs]
      return this.#wait()
    } else if (jobs.length === 1) {
      this.#tries = 0
      jobs[0]?.reject(error)
    } else for (const job of jobs) this.#alone(job)
    if (this.#jobs.length > 0) this.#schedule()
  }

  /** One of many has failed: those that can be written are. */
  #alone(job: Job): void {
    const error = this.#attempt([job])
    if (error === undefined) job.resolve()
    else job.reject(error)
  }

  #attempt(jobs: readonly Job[]): unknown {
    try {
      this.#transact(() => {
        for (const { act } of jobs) act()
      })
      return undefined
    } catch (error) {
      return error ?? new Error('nothing was said of why it failed')
    }
  }

  #schedule(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.flush()
    })
  }

  #wait(): void {
    if (this.#isDue) return
    this.#isDue = true
    const release = keepAlive()
    this.#clock.after(pauseMs, () => {
      release()
      this.#isDue = false
      this.flush()
    })
  }
}

interface Job {
  readonly act: () => unknown
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const mostAtOnce = 32
const pauseMs = 20

// Together with the pauses and what SQLite itself waits, some five seconds.
const mostTries = 200
