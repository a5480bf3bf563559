import { Asking } from '@millrace/core'
import type { Clock, Letter, SupervisedWorker } from '@millrace/core'
import type { Order } from './messages.ts'
import type { Watched } from './watchdog.ts'

/** A worker's process, as `node:cluster` has it. */
export interface WorkerProcess {
  readonly id: number
  /** Of the system. */
  readonly pid: number | undefined
  send(order: Order): void
  kill(signal: NodeJS.Signals): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): unknown
}

/** What is known of a worker when it is started. */
export interface Beginning {
  readonly place: number
  /** Whether there are too few without it, also when it never listens. */
  readonly isNeeded: boolean
  /** How many crashes there have been in its place, one soon after the other. */
  readonly crashes: number
}

/** One worker, as its supervisor knows it. */
export class Worker implements Watched, SupervisedWorker {
  readonly process: WorkerProcess
  readonly startedAt: number
  readonly place: number
  readonly crashes: number
  /** Resolves with its address when it listens. */
  readonly ready: Promise<string>
  readonly ended: Promise<void>
  url: string | undefined
  exit: { readonly code: number | null; readonly signal: string | null } = { code: null, signal: null }
  isClosing = false
  heardAt: number
  /** How long it had said nothing when it was killed for that, in milliseconds. */
  silentMs: number | undefined
  isNeeded: boolean
  readonly #asking: Asking
  #onReady!: (url: string) => void
  #onFailed!: (error: Error) => void
  #onEnded!: () => void

  constructor(process: WorkerProcess, { place, isNeeded, crashes }: Beginning, clock: Clock) {
    this.process = process
    this.place = place
    this.isNeeded = isNeeded
    this.startedAt = this.heardAt = clock.now()
    this.crashes = crashes
    this.#asking = new Asking((letter) => process.send(letter), clock)
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve
      this.#onFailed = reject
    })
    this.ended = new Promise((resolve) => (this.#onEnded = resolve))
  }

  get pid(): number | undefined {
    return this.process.pid
  }

  get state(): SupervisedWorker['state'] {
    if (this.isClosing) return 'closing'
    return this.url === undefined ? 'starting' : 'ready'
  }

  listens(url: string): void {
    this.url = url
    this.isNeeded = true
    this.#onReady(url)
  }

  ask(topic: string, question: unknown, withinMs: number): Promise<unknown> {
    return this.#asking.ask(topic, question, withinMs)
  }

  hear(answer: Extract<Letter, { millrace: 'answer' }>): void {
    this.#asking.hear(answer)
  }

  nudge(): void {
    this.process.send({ millrace: 'ask', id: nobody, topic: 'stats', question: null })
  }

  giveUp(silentMs: number): void {
    this.silentMs = silentMs
    this.process.kill('SIGKILL')
  }

  end(exit: Worker['exit']): void {
    this.exit = exit
    const { code, signal } = exit
    this.#onFailed(new Error(`serve: a worker ended before it listened (${signal ?? `exit code ${code}`})`))
    this.#onEnded()
    this.#asking.end()
  }
}

/** The answer is for nobody: that there is one is enough. */
const nobody = 'nobody'
