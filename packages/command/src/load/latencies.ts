import { createHistogram } from 'node:perf_hooks'
import type { RecordableHistogram } from 'node:perf_hooks'

/** Durations from a microsecond to an hour, kept to three significant digits (HdrHistogram, Node's own). */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: hourUs, figures: 3 })
  #sum = 0

  record(ms: number): void {
    this.#sum += ms
    this.#histogram.record(Math.min(hourUs, Math.max(1, Math.round(ms * 1000))))
  }

  get count(): number {
    return this.#histogram.count
  }

  /** Milliseconds that this share of calls did not exceed; 0 when there was none. @param percent above 0, at most 100 */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#histogram.percentile(percent) / 1000
  }

  /** The numbers of a report. */
  summary(): LatencySummary {
    const [p50, p90, p95, p99, p999] = [50, 90, 95, 99, 99.9].map((percent) => this.percentile(percent))
    const isEmpty = this.count === 0
    return {
      count: this.count,
      min: isEmpty ? 0 : this.#histogram.min / 1000,
      mean: isEmpty ? 0 : this.#sum / this.count,
      p50: p50!,
      p90: p90!,
      p95: p95!,
      p99: p99!,
      p999: p999!,
      max: isEmpty ? 0 : this.#histogram.max / 1000,
    }
  }

  /** Percent and milliseconds, closer and closer to 100, as far as there are calls to tell. */
  curve(): Array<readonly [percent: number, ms: number]> {
    if (this.count === 0) return []
    const points: Array<readonly [number, number]> = []
    for (let beyond = 100; beyond * this.count >= 50; beyond /= 2 ** 0.25) {
      const percent = Math.max(100 - beyond, 0.001)
      points.push([percent, this.percentile(percent)])
    }
    return [...points, [100, this.percentile(100)]]
  }
}

/** Durations in milliseconds. */
export interface LatencySummary {
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

const hourUs = 3_600_000_000
