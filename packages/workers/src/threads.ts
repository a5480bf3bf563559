import type { Piscina, PiscinaTask } from 'piscina'
import type { Worker } from 'node:worker_threads'
import { threadFile } from './driver.ts'
import type { Driver } from './driver.ts'
import type { Settings } from './options.ts'
import type { Movable } from './offload/options.ts'
import type { Stop } from './run/stop.ts'
import type { Order, Reply } from './thread/protocol.ts'

/** Whoever has its order done in a thread. */
export interface Client {
  /** It has been posted to a thread that is ready. */
  posted(threadId: number): void
}

/** What a pool hears of its threads. */
export interface ThreadListener {
  started(): void
  ended(): void
  failed(error: unknown): void
}

/** Threads of piscina, each with one task at a time. */
export class Threads {
  readonly #piscina: Piscina
  readonly #client: symbol
  readonly #ready = new Set<number>()

  constructor(settings: Settings, { Piscina, queueOptionsSymbol }: Driver, listener: ThreadListener) {
    const { minThreads, maxThreads, idleMs, maxMemoryMb, modules } = settings
    const limits = maxMemoryMb === Infinity ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb } }
    this.#client = queueOptionsSymbol
    this.#piscina = new Piscina({
      filename: threadFile().href,
      minThreads,
      maxThreads,
      idleTimeout: Math.min(idleMs, longest),
      workerData: { millrace: { modules } },
      recordTiming: false,
      loadBalancer: (task, workers) => this.#chosen(task, workers) as never,
      ...limits,
    })
    this.#piscina.on('workerCreate', ({ id }: Candidate) => {
      this.#ready.add(id)
      listener.started()
    })
    this.#piscina.on('workerDestroy', ({ id }: Candidate) => {
      this.#forget(id)
      listener.ended()
    })
    this.#piscina.on('error', (error) => listener.failed(error))
  }

  /** Threads that there are, those that start included. */
  get size(): number {
    return this.#piscina.threads.length
  }

  /** Starts as many as are kept, and waits until each has imported what it is to import. */
  warm(count: number): Promise<readonly Reply[]> {
    return Promise.all(Array.from({ length: count }, () => this.#piscina.run({ kind: 'warm' }) as Promise<Reply>))
  }

  /**
   * Has an order done.
   *
   * @throws what its thread ended with; DataCloneError when the order cannot be sent, or its result
   */
  run(order: Order, client: Client, signal: Stop, transferList: readonly Movable[]): Promise<Reply> {
    const task = { ...order, [this.#client]: client }
    return this.#piscina.run(task, { signal: signal as never, transferList: transferList as never }) as Promise<Reply>
  }

  /** Whether that thread is there to take a task, or has one. */
  isReady(id: number): boolean {
    return this.#ready.has(id)
  }

  /** The thread of that number, while it lives. */
  thread(id: number): Worker | undefined {
    return this.#piscina.threads.find(({ threadId }) => threadId === id)
  }

  /** Ends all of them, whatever they do. */
  async close(): Promise<void> {
    await this.#piscina.destroy()
  }

  #forget(id: number): void {
    this.#ready.delete(id)
    // A thread that ended by itself has lost its number.
    const living = new Set(this.#piscina.threads.map(({ threadId }) => threadId))
    for (const one of this.#ready) if (!living.has(one)) this.#ready.delete(one)
  }

  #chosen(task: PiscinaTask, workers: readonly Candidate[]): Candidate | null {
    const client = Reflect.get(task, this.#client) as Client | null
    for (const worker of workers) {
      // A thread that still starts would let the time of a task run before its task does.
      if (worker.currentUsage > 0 || (client !== null && !this.#ready.has(worker.id))) continue
      client?.posted(worker.id)
      return worker
    }
    return null
  }
}

interface Candidate {
  readonly id: number
  readonly currentUsage: number
}

// Node fires a timer above this at once.
const longest = 2 ** 31 - 1
