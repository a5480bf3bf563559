import type { CallMeter } from './calls/callMeter.ts'
import { callSources } from './calls/callSources.ts'
import { hitRatio } from './events/hitRatio.ts'
import { listenToAll } from './events/listenToAll.ts'
import { Exposed } from './exposition/exposed.ts'
import { register } from './exposition/registry.ts'
import type { Settings } from './options.ts'
import { ProcessMeter } from './process/processMeter.ts'
import type { Shown, Source } from './series/source.ts'
import { Tally } from './series/tally.ts'
import { readingOf } from './targets/reading.ts'
import type { Reading } from './targets/reading.ts'
import { callRows } from './table/callRows.ts'
import { processRows } from './table/processRows.ts'
import type { MetricRow } from './table/row.ts'
import { eventRows } from './table/table.ts'
import { readersOf } from './watch/readers.ts'
import type { Watched } from './watch/sources.ts'
import { Watching } from './watch/watching.ts'

/** Everything that is scraped, and where it comes from. */
export class Collection {
  /** Ends of the buckets of durations, in seconds. */
  readonly bounds: readonly number[]
  readonly #calls: ReturnType<typeof callSources>
  #whole: (() => Promise<(metric: string) => Iterable<Shown>>) | undefined
  readonly #tally: Tally
  readonly #watching = new Watching()
  /** Apart: who reads what is watched does not begin a new time of measuring the process. */
  readonly #process = new Watching()
  readonly #ends: Array<() => void> = []

  constructor({ registry, buckets, maxOperations, hasEvents, hasProcess }: Settings, meter: CallMeter) {
    this.bounds = buckets
    const rows = [...eventRows, ...(hasProcess ? processRows : [])]
    this.#tally = new Tally(rows, maxOperations, buckets)
    const calls = callSources(meter)
    this.#calls = calls
    const ratio: Source = { series: () => hitRatio(this.#tally.counter('mcp_cache_operations_total').series()) }
    const sourceOf = (row: MetricRow): Source => {
      const own = calls[row.name] ?? (row.name === 'cache_hit_ratio' ? ratio : this.#tally.source(row.name))
      if (row.from.includes('process')) return asked(this.#process, own)
      return row.from.includes('watch') ? asked(this.#watching, own) : own
    }
    this.#ends.push(
      register(
        registry,
        [...callRows, ...rows].map((row) => new Exposed(row, sourceOf(row))),
      ),
    )
    if (hasEvents) this.#ends.push(listenToAll(this.#tally))
    if (!hasProcess) return
    const meterOfProcess = new ProcessMeter(this.#tally)
    this.#ends.push(this.#process.add([() => meterOfProcess.read()]), () => meterOfProcess.stop())
  }

  watch(watched: Watched): () => void {
    const stop = this.#watching.add(readersOf(this.#tally, watched))
    this.#ends.push(stop)
    return stop
  }

  /** What has been counted so far, and how what is watched stands now. */
  async reading(): Promise<Reading> {
    if (this.#whole !== undefined) return readingOf(await this.#whole(), this.bounds)
    await this.#watching.read()
    const durations = this.#calls['mcp_request_duration_seconds']!
    return readingOf(
      (metric) => (metric === 'mcp_request_duration_seconds' ? durations : this.#tally.source(metric)).series(),
      this.bounds,
    )
  }

  /** Has targets look at more than this process. Returns what ends that. */
  readWhole(whole: () => Promise<(metric: string) => Iterable<Shown>>): () => void {
    this.#whole = whole
    return () => {
      if (this.#whole === whole) this.#whole = undefined
    }
  }

  /** Shows how the processes are that the supervisor looks after. */
  showWorkers(missing: number, up: ReadonlyMap<string, boolean>): void {
    this.#tally.gauge('mcp_workers_missing').set(missing)
    for (const [worker, isUp] of up) this.#tally.gauge('mcp_worker_up').set(Number(isUp), worker)
  }

  /** Shows how targets stand; what is undefined is not shown. */
  showTargets(targets: readonly ShownTarget[]): void {
    for (const { target, goal, value, isBreached } of targets) {
      this.#tally.gauge('mcp_target_goal').set(goal, target)
      this.#tally.gauge('mcp_target_value').set(value, target)
      this.#tally.gauge('mcp_target_breached').set(isBreached === undefined ? undefined : Number(isBreached), target)
    }
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end()
  }
}

const asked = (watching: Watching, source: Source): Source => ({
  series: async () => {
    await watching.read()
    return source.series()
  },
  reset: () => source.reset?.(),
})

interface ShownTarget {
  readonly target: string
  readonly goal?: number | undefined
  readonly value?: number | undefined
  readonly isBreached?: boolean | undefined
}
