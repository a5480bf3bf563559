import type { Clock } from '@millrace/core'
import type { Worker } from 'node:worker_threads'

/** A task that runs in a thread. */
export interface Watched {
  readonly thread: Worker | undefined
  /** It took more memory than it may. */
  tooMuch(): void
}

/**
 * Looks at the memory of the threads that run something, buffers outside of the heap included: these are no part of what
 * V8 limits, and an error inside the thread would come from nowhere. Where Node cannot tell (before 22.16), nothing is watched.
 */
export class MemoryWatch {
  readonly #maxBytes: number
  readonly #clock: Clock
  readonly #watched = new Set<Watched>()
  #isLooking = false

  constructor(maxMemoryMb: number, clock: Clock) {
    this.#maxBytes = maxMemoryMb * 2 ** 20
    this.#clock = clock
  }

  add(one: Watched): void {
    if (this.#maxBytes === Infinity || !canTell(one.thread)) return
    this.#watched.add(one)
    if (!this.#isLooking) this.#clock.after(everyMs, this.#look)
    this.#isLooking = true
  }

  delete(one: Watched): void {
    this.#watched.delete(one)
  }

  readonly #look = (): void => {
    for (const one of this.#watched) void this.#ask(one)
    this.#isLooking = this.#watched.size > 0
    if (this.#isLooking) this.#clock.after(everyMs, this.#look)
  }

  async #ask(one: Watched): Promise<void> {
    const { thread } = one
    try {
      if (!canTell(thread)) return
      const { used_heap_size: heap, external_memory: outside } = await thread.getHeapStatistics()
      if (heap + outside > this.#maxBytes && this.#watched.has(one)) one.tooMuch()
    } catch {
      // The thread has ended meanwhile, which others tell.
    }
  }
}

// Absent before Node 22.16.
const canTell = (thread: Worker | undefined): thread is Worker =>
  typeof (thread as Partial<Worker> | undefined)?.getHeapStatistics === 'function'

const everyMs = 50
