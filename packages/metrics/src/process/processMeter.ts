import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks'
import type { EventLoopUtilization } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Tally } from '../series/tally.ts'

/** Watches the process: memory at each scrape, processor and event loop between two of them. Keeps nothing alive. */
export class ProcessMeter {
  readonly #tally: Tally
  readonly #delay: ReturnType<typeof monitorEventLoopDelay> = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #collections: PerformanceObserver
  #since: Reading = reading()

  constructor(tally: Tally) {
    this.#tally = tally
    const durations = tally.histograms('mcp_gc_duration_seconds')
    this.#collections = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { kind = 0 } = (entry as unknown as Collected).detail ?? {}
        durations.record(entry.duration / 1000, kinds.get(kind) ?? 'other')
      }
    })
    this.#collections.observe({ entryTypes: ['gc'] })
    this.#delay.enable()
    tally.gauge('mcp_memory_usage_bytes').set(getHeapStatistics().heap_size_limit, 'heapLimit')
  }

  /** Shows how things are. Asked again within a second it leaves what it said of the time between as it is. */
  read(): void {
    const memory = this.#tally.gauge('mcp_memory_usage_bytes')
    for (const [type, bytes] of Object.entries(process.memoryUsage())) memory.set(bytes, type)
    const before = this.#since
    const now = reading()
    if (before.isShown && now.at - before.at < shortestMs) return
    this.#since = { ...now, isShown: true }
    const { user, system } = process.cpuUsage(before.cpu)
    const busy = performance.eventLoopUtilization(now.loop, before.loop)
    this.#tally.gauge('mcp_cpu_usage_percent').set((user + system) / 10 / Math.max(1, now.at - before.at))
    this.#tally.gauge('mcp_event_loop_utilization_ratio').set(busy.utilization)
    this.#readDelay()
  }

  stop(): void {
    this.#delay.disable()
    this.#collections.disconnect()
  }

  // The histogram holds the times between two ticks; nothing was late as long as they are one resolution apart.
  #readDelay(): void {
    const delay = this.#tally.gauge('mcp_event_loop_delay_seconds')
    const isKnown = this.#delay.count > 0
    const late = (ns: number) => (isKnown ? Math.max(0, ns / 1e9 - resolutionMs / 1e3) : 0)
    delay.set(late(this.#delay.mean), 'mean')
    delay.set(late(this.#delay.percentile(50)), 'p50')
    delay.set(late(this.#delay.percentile(99)), 'p99')
    delay.set(late(this.#delay.max), 'max')
    this.#delay.reset()
  }
}

/** What Node tells of a garbage collection. */
interface Collected {
  readonly detail?: { readonly kind?: number }
}

interface Reading {
  /** In milliseconds since the process began. */
  readonly at: number
  readonly cpu: NodeJS.CpuUsage
  readonly loop: EventLoopUtilization
  /** Whether anything has been shown of the time before it. */
  readonly isShown: boolean
}

const reading = (): Reading => ({
  at: performance.now(),
  cpu: process.cpuUsage(),
  loop: performance.eventLoopUtilization(),
  isShown: false,
})

const resolutionMs = 20
const shortestMs = 1000

const kinds = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])
