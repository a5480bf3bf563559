import { channel } from '@millrace/core'
import type { Answerer, Clock, Supervision, SupervisionWatcher } from '@millrace/core'
import type { EdgeStats } from '../endpoint.ts'
import { Correspondence } from './correspondence.ts'
import { isOurs } from './messages.ts'
import type { Change, Word } from './messages.ts'
import { Watchdog } from './watchdog.ts'
import { Worker } from './supervised.ts'
import type { Beginning, WorkerProcess } from './supervised.ts'

/** What a supervisor goes by. */
export interface SupervisorOptions {
  readonly clock: Clock
  /** How long a worker may take to close before it is killed, in milliseconds. */
  readonly patienceMs: number
  /** How long a worker that listens may say nothing before it is killed, in milliseconds. */
  readonly silenceMs: number
  /** Starts a process in a place, from 1. */
  readonly fork: (place: number) => WorkerProcess
}

/** Delays between a crash and the next start, in milliseconds: doubled with each crash, up to the last. */
const firstDelayMs = 100
const mostDelayMs = 10_000
/** A worker that has served for so long has not failed to start: its crash is a first one. */
const stableMs = 10_000

/** How long a worker may take to say how it is. */
const statsMs = 1000
const unknownStats: EdgeStats = { active: 0, servers: 0, sessions: 0 }

/** Keeps so many workers alive. */
export class Supervisor implements Supervision {
  wanted = 0
  isClosing = false
  readonly #options: SupervisorOptions
  readonly #workers = new Set<Worker>()
  readonly #correspondence = new Correspondence()
  readonly #watchdog: Watchdog
  #turn: Promise<void> = Promise.resolve()

  constructor(options: SupervisorOptions) {
    this.#options = options
    const { clock, silenceMs } = options
    this.#watchdog = new Watchdog({ clock, silenceMs, watched: () => this.#listening() })
  }

  /** Workers that answer. */
  get ready(): number {
    return [...this.#workers].filter((worker) => worker.state === 'ready').length
  }

  get workers(): readonly Worker[] {
    return [...this.#workers]
  }

  answer(topic: string, answerer: Answerer): () => void {
    return this.#correspondence.answer(topic, answerer)
  }

  watch(watcher: SupervisionWatcher): () => void {
    return this.#correspondence.watch(watcher)
  }

  /** Starts the workers. Resolves with the address when all of them listen. @throws Error when one ends before that */
  async start(count: number): Promise<string> {
    this.wanted = count
    const places = Array.from({ length: count }, (_place, index) => index + 1)
    const urls = await Promise.all(places.map((place) => this.#begin({ place, isNeeded: true, crashes: 0 }).ready))
    this.#watchdog.start()
    return urls[0] as string
  }

  /** Starts all workers anew, one after the other: the next is asked to close when its successor answers. */
  renew(): Promise<void> {
    return (this.#turn = this.#turn.then(async () => {
      for (const old of Array.from(this.#workers)) if (!(await this.#replace(old))) return
    }))
  }

  /** Closes all workers, and kills those that do not. */
  async close(): Promise<void> {
    this.isClosing = true
    this.#watchdog.stop()
    await Promise.all([...this.#workers].map((worker) => this.#end(worker)))
  }

  /** Waits for nobody any longer. */
  kill(): void {
    for (const worker of this.#workers) worker.process.kill('SIGKILL')
  }

  /** What every worker says of itself that does so in time: one that is busy must not keep from hearing of the others. */
  stats(): Promise<EdgeStats[]> {
    const asked = this.#listening().map((worker) => worker.ask('stats', null, statsMs).catch(() => unknownStats))
    return Promise.all(asked as Array<Promise<EdgeStats>>)
  }

  /** Tells all workers but one of a change. */
  tell(change: Change, but?: Worker): void {
    for (const worker of this.#listening()) {
      if (worker !== but) worker.process.send({ millrace: 'changed', change })
    }
  }

  #listening(): Worker[] {
    return [...this.#workers].filter((worker) => worker.url !== undefined)
  }

  /** @returns whether it is worth going on with the next one */
  async #replace(old: Worker): Promise<boolean> {
    if (this.isClosing) return false
    // It has crashed since; what comes in its place is new.
    if (!this.#workers.has(old)) return true
    old.isNeeded = false
    try {
      await this.#begin({ place: old.place, isNeeded: false, crashes: 0 }).ready
      void this.#end(old)
      return true
    } catch {
      // What cannot start must not take the place of what works.
      old.isNeeded = true
      if (!this.#workers.has(old)) this.#restart(old)
      return false
    }
  }

  #begin(beginning: Beginning): Worker {
    const { clock, fork } = this.#options
    const worker = new Worker(fork(beginning.place), beginning, clock)
    this.#workers.add(worker)
    worker.process.on('message', (message) => {
      if (isOurs(message)) this.#hear(worker, message as Word)
    })
    worker.process.on('exit', (code, signal) => {
      this.#workers.delete(worker)
      worker.end({ code, signal })
      this.#correspondence.ended(worker)
      if (worker.isNeeded && !worker.isClosing) this.#restart(worker)
    })
    return worker
  }

  #hear(worker: Worker, word: Word): void {
    worker.heardAt = this.#options.clock.now()
    if (this.#correspondence.hear(worker, word)) return
    if (word.millrace === 'changed') this.tell(word.change, worker)
    else if (word.millrace === 'done') {
      void this.#correspondence.leaving(worker).then(() => worker.process.send({ millrace: 'leave' }))
    } else if (word.millrace === 'ready') {
      worker.listens(word.url)
      this.#correspondence.ready(worker)
      if (events.hasSubscribers)
        events.publish({ type: 'edge.workerReady', worker: worker.process.id, ready: this.ready })
    }
  }

  #restart(worker: Worker): void {
    if (this.isClosing) return
    const { clock } = this.#options
    const before = clock.now() - worker.startedAt >= stableMs ? 0 : worker.crashes
    const restartMs = Math.min(mostDelayMs, firstDelayMs * 2 ** before)
    if (events.hasSubscribers) {
      events.publish({
        type: 'edge.workerCrashed',
        worker: worker.process.id,
        ...worker.exit,
        ...(worker.silentMs === undefined ? {} : { silentMs: worker.silentMs }),
        restartMs,
        ready: this.ready,
      })
    }
    clock.after(restartMs, () => {
      if (this.isClosing) return
      this.#begin({ place: worker.place, isNeeded: true, crashes: before + 1 }).ready.catch(() => {})
    })
  }

  async #end(worker: Worker): Promise<void> {
    const { clock, patienceMs } = this.#options
    worker.isClosing = true
    // One that does not listen yet hears no orders either.
    if (worker.url === undefined) worker.process.kill('SIGTERM')
    else worker.process.send({ millrace: 'close' })
    const timer = clock.after(patienceMs, () => worker.process.kill('SIGKILL'))
    await worker.ended
    timer.cancel()
  }
}

const events = channel('edge')
