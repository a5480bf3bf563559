import type { Order } from './messages.ts'
import type { Watched } from './watchdog.ts'

/** A worker's process, as `node:cluster` has it. */
export interface WorkerProcess {
  readonly id: number
  send(order: Order): void
  kill(signal: NodeJS.Signals): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): unknown
}

/** One worker, as its supervisor knows it. */
export class Worker implements Watched {
  readonly process: WorkerProcess
  readonly startedAt: number
  /** How many crashes there have been in its place, one soon after the other. */
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
  #onReady!: (url: string) => void
  #onFailed!: (error: Error) => void
  #onEnded!: () => void

  constructor(process: WorkerProcess, startedAt: number, isNeeded: boolean, crashes: number) {
    this.process = process
    this.isNeeded = isNeeded
    this.startedAt = this.heardAt = startedAt
    this.crashes = crashes
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve
      this.#onFailed = reject
    })
    this.ended = new Promise((resolve) => (this.#onEnded = resolve))
  }

  listens(url: string): void {
    this.url = url
    this.isNeeded = true
    this.#onReady(url)
  }

  ask(): void {
    this.process.send({ millrace: 'stats', id: nobody })
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
  }
}

/** The answer is for nobody: that there is one is enough. */
const nobody = 0
