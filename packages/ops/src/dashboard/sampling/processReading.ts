import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

/** How the process is, and how it was since it was last asked. */
export interface ProcessReading {
  /** 100 for one core. */
  readonly cpuPercent: number
  readonly rssBytes: number
  readonly heapUsedBytes: number
  readonly heapTotalBytes: number
  readonly heapLimitBytes: number
  /** Buffers and what else is outside of the heap. */
  readonly externalBytes: number
  /** Which part of the time the event loop was busy. */
  readonly loopUtilization: number
  /** How late it was, in milliseconds. */
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
}

/** Reads the process, apart from what `metrics` reads for Prometheus. Keeps nothing alive. */
export class ProcessReader {
  readonly #delay: ReturnType<typeof monitorEventLoopDelay> = monitorEventLoopDelay({ resolution: resolutionMs })
  #at = performance.now()
  #cpu = process.cpuUsage()
  #loop = performance.eventLoopUtilization()

  constructor() {
    this.#delay.enable()
  }

  read(): ProcessReading {
    const now = performance.now()
    const { user, system } = process.cpuUsage(this.#cpu)
    const { utilization } = performance.eventLoopUtilization(this.#loop)
    const memory = process.memoryUsage()
    const isKnown = this.#delay.count > 0
    const late = (ns: number): number => (isKnown ? Math.max(0, ns / 1e6 - resolutionMs) : 0)
    const reading = {
      cpuPercent: (user + system) / 10 / Math.max(1, now - this.#at),
      rssBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      heapTotalBytes: memory.heapTotal,
      heapLimitBytes: getHeapStatistics().heap_size_limit,
      externalBytes: memory.external,
      loopUtilization: utilization,
      loopDelayP99Ms: late(this.#delay.percentile(99)),
      loopDelayMaxMs: late(this.#delay.max),
    }
    this.#at = now
    this.#cpu = process.cpuUsage()
    this.#loop = performance.eventLoopUtilization()
    this.#delay.reset()
    return reading
  }

  stop(): void {
    this.#delay.disable()
  }
}

const resolutionMs = 20
