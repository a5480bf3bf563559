import { Exposed } from '../exposition/exposed.ts'
import type { Registry } from '../exposition/registry.ts'
import type { Histogram } from '../series/histogram.ts'
import type { Shown } from '../series/source.ts'
import type { MetricRow } from '../table/row.ts'

/** What one process has counted up to a moment, as JSON carries it to another. */
export interface MetricsSnapshot {
  /** Of what this is: another version may write it in another way. */
  readonly version: 1
  readonly metrics: readonly OwnSnapshot[]
  /** Metrics of prom-client that stand in the same registry. */
  readonly foreign: readonly ForeignSnapshot[]
}

/** One of our metrics. */
export interface OwnSnapshot {
  readonly row: Pick<MetricRow, 'name' | 'kind' | 'help' | 'labels' | 'together'>
  /** Ends of the buckets, for histograms. */
  readonly bounds?: readonly number[] | undefined
  /** The values of the labels, in their order; then a number, or of a histogram its sum and what is in each bucket. */
  readonly series: ReadonlyArray<readonly [labels: readonly string[], value: Written | readonly Written[]]>
}

/** One metric of prom-client, line by line. */
export interface ForeignSnapshot {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator: string
  readonly lines: ReadonlyArray<{
    readonly metricName?: string | undefined
    readonly labels: { readonly [label: string]: string | number }
    readonly value: Written
  }>
}

/** JSON has no word for some numbers. */
export type Written = number | string

/**
 * What a registry has counted up to now.
 *
 * @param names which of its metrics; undefined for all of them
 */
export const snapshotOf = async (registry: Registry, names?: ReadonlySet<string>): Promise<MetricsSnapshot> => {
  const all = registry.getMetricsAsArray() as unknown as ReadonlyArray<Exposed | Foreign>
  const wanted = all.filter(({ name }) => names === undefined || names.has(name))
  const own = wanted.filter((metric) => metric instanceof Exposed)
  const others = wanted.filter((metric) => !(metric instanceof Exposed))
  const [metrics, foreign] = await Promise.all([Promise.all(own.map(ownOf)), Promise.all(others.map(foreignOf))])
  return { version: 1, metrics, foreign }
}

const ownOf = async (metric: Exposed): Promise<OwnSnapshot> => {
  const { name, kind, help, labels, together } = metric.row
  let bounds: readonly number[] | undefined
  const series = Array.from(await metric.series(), ({ labels: values, value }: Shown) => {
    if (typeof value !== 'number') bounds = value.bounds
    return [
      labels.map((label) => values[label]!),
      typeof value === 'number' ? written(value) : countsOf(value),
    ] as const
  })
  return { row: { name, kind, help, labels, together }, bounds, series }
}

const countsOf = ({ sum, counts }: Histogram): Written[] => [written(sum), ...counts]

const foreignOf = async (metric: Foreign): Promise<ForeignSnapshot> => {
  const { name, help, type, aggregator, values } = await metric.get()
  const lines = values.map(({ metricName, labels, value }) => ({ metricName, labels, value: written(value) }))
  return { name, help, type: String(type), aggregator: aggregator ?? 'sum', lines }
}

interface Foreign {
  readonly name: string
  get(): Promise<{
    readonly name: string
    readonly help: string
    readonly type: unknown
    readonly aggregator?: string
    readonly values: ReadonlyArray<{
      readonly metricName?: string
      readonly labels: { readonly [label: string]: string | number }
      readonly value: number
    }>
  }>
}

const written = (value: number): Written => (Number.isFinite(value) ? value : String(value))

/** A number that was written. */
export const read = (value: Written): number => Number(value)
