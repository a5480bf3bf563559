import { kindOf } from '@millrace/core'
import type { Metric } from 'prom-client'
import { collectionOf } from '../collections.ts'
import { Exposed } from '../exposition/exposed.ts'
import { Expositions } from '../exposition/exposition.ts'
import type { Exposition } from '../exposition/exposition.ts'
import { defaultLabelsOf } from '../exposition/foreign.ts'
import { newRegistry } from '../exposition/registry.ts'
import type { Registry } from '../exposition/registry.ts'
import { hitRatio } from '../events/hitRatio.ts'
import type { Metrics } from '../metrics.ts'
import type { Shown, Source } from '../series/source.ts'
import { ForeignWhole } from './foreignWhole.ts'
import type { MetricsSnapshot, OwnSnapshot } from './snapshot.ts'
import { Whole } from './whole.ts'
import type { Counting } from './whole.ts'

/** What several processes have counted, as one. */
export interface Totals {
  /** Everything that has been taken, as prom-client's registries have it. */
  readonly registry: Registry
  /** The same as text, as `metrics().exposition` writes it. */
  exposition(accept?: string): Promise<Exposition>
  /**
   * Takes what a process has counted so far, in the place of what it said before: `metrics().snapshot()` there.
   *
   * @throws TypeError for what is no snapshot, or one of another version
   */
  take(from: Counting, snapshot: unknown): void
  /** A process does not answer: what it has counted stays, what stands there now is not known. */
  silence(id: string): void
  /** A process is no more: what it has counted stays. */
  end(id: string): void
  /** Says which workers are there, and how many are not: `mcp_worker_up`, `mcp_workers_missing`. */
  show(missing: number, up: ReadonlyMap<string, boolean>): void
  /** Targets look at this process alone again. */
  close(): void
}

/**
 * Adds up what several processes have counted with `metrics()`: counters and histograms, which never fall as processes come
 * and go, gauges each by its rule. `targets` of these metrics look at all of it.
 *
 * @param metrics those of this process, which looks after the others
 * @param read has `take` called with the numbers of the moment
 */
export const totals = (metrics: Metrics, read: () => Promise<void>): Totals => {
  const collection = collectionOf(metrics)
  if (collection === undefined) throw new TypeError(`totals: expected what metrics() gives, got ${kindOf(metrics)}`)
  const registry = newRegistry()
  const expositions = new Expositions(registry)
  const wholes = new Map<string, Whole>()
  const foreign = new Map<string, ForeignWhole>()
  const seriesOf = (metric: string): readonly Shown[] => wholes.get(metric)?.series() ?? []
  const ratio: Source = { series: () => hitRatio(seriesOf('mcp_cache_operations_total')) }
  const wholeOf = ({ row }: OwnSnapshot): Whole => {
    const known = wholes.get(row.name)
    if (known !== undefined) return known
    const made = new Whole(row, maxSeries)
    wholes.set(row.name, made)
    registry.registerMetric(new Exposed(made.row, row.together === 'ratio' ? ratio : made) as unknown as Metric)
    return made
  }
  const foreignOf = (name: string): ForeignWhole => {
    const known = foreign.get(name)
    if (known !== undefined) return known
    const made = new ForeignWhole(name, maxSeries)
    foreign.set(name, made)
    registry.registerMetric(made as unknown as Metric)
    return made
  }
  const every = (): ReadonlyArray<Whole | ForeignWhole> => [...wholes.values(), ...foreign.values()]
  const stopReading = collection.readWhole(async () => {
    await read()
    return seriesOf
  })
  return {
    registry,
    exposition: async (accept) => {
      registry.setDefaultLabels(await defaultLabelsOf(metrics.registry))
      return expositions.answer(accept)
    },
    take: (from, snapshot) => {
      const { metrics: own, foreign: others } = checked(snapshot)
      for (const one of own) wholeOf(one).take(from, one)
      for (const one of others) foreignOf(one.name).take(from, one)
    },
    silence: (id) => {
      for (const whole of every()) whole.silence(id)
    },
    end: (id) => {
      for (const whole of every()) whole.end(id)
    },
    show: (missing, up) => collection.showWorkers(missing, up),
    close: stopReading,
  }
}

const checked = (snapshot: unknown): MetricsSnapshot => {
  const { version, metrics, foreign } = (snapshot ?? {}) as Partial<MetricsSnapshot>
  if (version === 1 && Array.isArray(metrics) && Array.isArray(foreign)) return snapshot as MetricsSnapshot
  throw new TypeError(`totals.take: expected a snapshot of version 1, got ${kindOf(snapshot)} of version ${version}`)
}

// More than any process alone may have of a metric: a bound against processes that come and go.
const maxSeries = 20_000
