import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { EventLoopUtilization } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

/** What can be seen of a process since the last look. */
export interface LoadReading {
  /** How late the event loop was at worst, in milliseconds. */
  readonly eventLoopDelayMs: number
  /** Which part of the time it was busy, from 0 to 1. */
  readonly eventLoopUtilization: number
  /** Which part of the heap's limit is used, from 0 to 1. */
  readonly heapUsedRatio: number
  /** Memory of the process, in bytes. */
  readonly rssBytes: number
}

/** Where readings come from. */
export interface LoadSource {
  /** Begins to watch; the first reading covers the time from here on. */
  start(): void
  read(): LoadReading
  /** Watches no longer. */
  stop(): void
}

/** The process itself. Its watching keeps nothing alive. */
export const processLoad = (): LoadSource => new ProcessLoad()

class ProcessLoad implements LoadSource {
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined
  #utilization: EventLoopUtilization | undefined

  start(): void {
    this.#delay ??= monitorEventLoopDelay({ resolution: resolutionMs })
    this.#delay.reset()
    this.#delay.enable()
    this.#utilization = undefined
  }

  read(): LoadReading {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    return {
      eventLoopDelayMs: this.#readDelay(),
      eventLoopUtilization: this.#readUtilization(),
      heapUsedRatio: used / limit,
      rssBytes: process.memoryUsage.rss(),
    }
  }

  stop(): void {
    this.#delay?.disable()
  }

  // A loop that has only just begun to be watched was busy all the time: it runs whoever asks.
  #readUtilization(): number {
    const before = this.#utilization
    const now = (this.#utilization = performance.eventLoopUtilization())
    return before === undefined ? 0 : performance.eventLoopUtilization(now, before).utilization
  }

  // The histogram holds the times between two ticks; nothing was late as long as they are one resolution apart.
  #readDelay(): number {
    const delay = this.#delay
    if (delay === undefined || delay.count === 0) return 0
    const worstMs = delay.max / 1e6
    delay.reset()
    return Math.max(0, worstMs - resolutionMs)
  }
}

const resolutionMs = 20
