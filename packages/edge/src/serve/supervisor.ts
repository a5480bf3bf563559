import { channel } from '@millrace/core'
import type { Clock } from '@millrace/core'
import type { EdgeStats } from '../endpoint.ts'
import { isOurs } from './messages.ts'
import type { Change, Word } from './messages.ts'
import { Watchdog } from './watchdog.ts'
import { Worker } from './supervised.ts'
import type { WorkerProcess } from './supervised.ts'

/** What a supervisor goes by. */
export interface SupervisorOptions {
  readonly clock: Clock
  /** How long a worker may take to close before it is killed, in milliseconds. */
  readonly patienceMs: number
  /** How long a worker that listens may say nothing before it is killed, in milliseconds. */
  readonly silenceMs: number
  /** Starts a process. */
  readonly fork: () => WorkerProcess
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
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #workers = new Set<Worker>()
  readonly #asked = new Map<number, (stats: EdgeStats) => void>()
  readonly #watchdog: Watchdog
  #asks = 0
  #isClosing = false
  #turn: Promise<void> = Promise.resolve()

  constructor(options: SupervisorOptions) {
    this.#options = options
    const { clock, silenceMs } = options
    this.#watchdog = new Watchdog({ clock, silenceMs, watched: () => this.#listening() })
  }

  /** Workers that answer. */
  get ready(): number {
    return [...this.#workers].filter((worker) => worker.url !== undefined && !worker.isClosing).length
  }

  /** Starts the workers. Resolves with the address when all of them listen. @throws Error when one ends before that */
  async start(count: number): Promise<string> {
    const urls = await Promise.all(Array.from({ length: count }, () => this.#begin(true, 0).ready))
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
    this.#isClosing = true
    this.#watchdog.stop()
    await Promise.all([...this.#workers].map((worker) => this.#end(worker)))
  }

  /** Waits for nobody any longer. */
  kill(): void {
    for (const worker of this.#workers) worker.process.kill('SIGKILL')
  }

  /** What every worker says of itself that does so in time. */
  stats(): Promise<EdgeStats[]> {
    const { clock } = this.#options
    return Promise.all(
      this.#listening().map(
        (worker) =>
          new Promise<EdgeStats>((resolve) => {
            const id = (this.#asks += 1)
            const settle = (stats: EdgeStats) => {
              timer.cancel()
              this.#asked.delete(id)
              resolve(stats)
            }
            // One that is busy with itself must not keep from hearing of the others.
            const timer = clock.after(statsMs, () => settle(unknownStats))
            this.#asked.set(id, settle)
            void worker.ended.then(() => settle(unknownStats))
            worker.process.send({ millrace: 'stats', id })
          }),
      ),
    )
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
    if (this.#isClosing) return false
    // It has crashed since; what comes in its place is new.
    if (!this.#workers.has(old)) return true
    old.isNeeded = false
    try {
      await this.#begin(false, 0).ready
      void this.#end(old)
      return true
    } catch {
      // What cannot start must not take the place of what works.
      old.isNeeded = true
      if (!this.#workers.has(old)) this.#restart(old)
      return false
    }
  }

  /**
   * @param isNeeded whether there are too few without it, also when it never listens
   * @param crashes how many there have been in its place, one soon after the other
   */
  #begin(isNeeded: boolean, crashes: number): Worker {
    const { clock, fork } = this.#options
    const worker = new Worker(fork(), clock.now(), isNeeded, crashes)
    this.#workers.add(worker)
    worker.process.on('message', (message) => {
      if (isOurs(message)) this.#hear(worker, message as Word)
    })
    worker.process.on('exit', (code, signal) => {
      this.#workers.delete(worker)
      worker.end({ code, signal })
      if (worker.isNeeded && !worker.isClosing) this.#restart(worker)
    })
    return worker
  }

  #hear(worker: Worker, word: Word): void {
    worker.heardAt = this.#options.clock.now()
    if (word.millrace === 'stats') this.#asked.get(word.id)?.(word.stats)
    else if (word.millrace === 'changed') this.tell(word.change, worker)
    else {
      worker.listens(word.url)
      if (events.hasSubscribers)
        events.publish({ type: 'edge.workerReady', worker: worker.process.id, ready: this.ready })
    }
  }

  #restart(worker: Worker): void {
    if (this.#isClosing) return
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
      if (this.#isClosing) return
      this.#begin(true, before + 1).ready.catch(() => {})
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
