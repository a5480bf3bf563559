import { openSync, readSync } from 'node:fs'

/**
 * Measures work of this thread, in pieces. What Linux says the thread waited for a processor while others had it is
 * taken off, so that a busy machine disturbs less; elsewhere it is wall time.
 */
export class Stopwatch {
  /** Nanoseconds measured. */
  ns = 0
  #startedAt = 0n
  #waited = 0

  start(): void {
    this.#waited = waitedNs()
    this.#startedAt = process.hrtime.bigint()
  }

  stop(): void {
    const passed = Number(process.hrtime.bigint() - this.#startedAt)
    this.ns += passed - (waitedNs() - this.#waited)
  }
}

/** Nanoseconds that this thread has been ready to run and did not (`run_delay`, Linux `sched-stats.rst`). */
export const waitedNs = (): number => {
  if (file === undefined) return 0
  const length = readSync(file, buffer, 0, buffer.length, 0)
  return Number(buffer.toString('latin1', 0, length).split(' ')[1])
}

const opened = (): number | undefined => {
  try {
    return openSync('/proc/thread-self/schedstat', 'r')
  } catch {
    return undefined
  }
}

const file = opened()
const buffer = Buffer.alloc(128)
