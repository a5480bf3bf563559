import { Histogram } from '../series/histogram.ts'
import { other } from '../series/label.ts'
import type { Labels, Shown, Source } from '../series/source.ts'
import type { MetricRow } from '../table/row.ts'
import type { Together } from '../table/together.ts'
import { read } from './snapshot.ts'
import type { OwnSnapshot } from './snapshot.ts'

/** A process that says what it has counted. */
export interface Counting {
  /** One process, and no other before or after it. */
  readonly id: string
  /** What its label says: the number of its place, or that it is the supervisor. */
  readonly worker: string
  /** Whether another one has taken its place. @default false */
  readonly isLeaving?: boolean | undefined
}

/** What the label of the process says that looks after the others. */
export const supervisorLabel = 'supervisor'

/**
 * One metric of several processes. What has been counted stays when a process ends; what stands at a moment does not.
 */
export class Whole implements Source {
  readonly row: MetricRow
  readonly #rule: Together
  readonly #maxSeries: number
  readonly #bounds = new Map<string, readonly number[]>()
  /** By their values, the same object at each scrape. */
  readonly #labels = new Map<string, Labels>()
  readonly #kept = new Map<string, Value>()
  readonly #said = new Map<string, { readonly worker: string; readonly values: ReadonlyMap<string, Value> }>()

  constructor({ from = [], ...row }: Partial<Pick<MetricRow, 'from'>> & OwnSnapshot['row'], maxSeries: number) {
    this.#rule = row.kind === 'gauge' || row.together === 'supervisor' ? (row.together ?? 'sum') : 'sum'
    this.row = { ...row, from, labels: this.#rule === 'worker' ? [...row.labels, 'worker'] : row.labels }
    this.#maxSeries = maxSeries
  }

  /** Takes what a process has counted, in the place of what it said before. */
  take({ id, worker, isLeaving = false }: Counting, { bounds, series }: OwnSnapshot): void {
    // Its place can be shown once.
    if (isLeaving && this.#rule === 'worker') return this.silence(id)
    const ends = bounds && this.#sameBounds(bounds)
    const values = new Map<string, Value>()
    for (const [labels, value] of series) {
      const key = this.#keyOf(this.#rule === 'worker' ? [...labels, worker] : labels)
      merge(values, key, typeof value === 'object' ? histogramOf(ends ?? [], value) : read(value), this.#rule)
    }
    const before = this.#said.get(id)?.values
    if (before !== undefined && this.row.kind !== 'gauge') this.#keepWhatFell(before, values)
    this.#said.set(id, { worker, values })
  }

  /** What stands there now nobody knows; what it has counted it has counted. */
  silence(id: string): void {
    if (this.row.kind === 'gauge') this.#said.delete(id)
  }

  /** The process is no more. */
  end(id: string): void {
    const isKept = this.row.kind !== 'gauge' && this.#rule !== 'supervisor'
    const values = isKept ? (this.#said.get(id)?.values ?? []) : []
    for (const [key, value] of values) merge(this.#kept, key, value, 'sum')
    this.#said.delete(id)
  }

  series(): readonly Shown[] {
    const all = new Map<string, Value>()
    for (const [key, value] of this.#kept) merge(all, key, value, 'sum')
    for (const { values } of this.#heard()) for (const [key, value] of values) merge(all, key, value, this.#ruleOf(key))
    return Array.from(all, ([key, value]) => ({ labels: this.#labels.get(key)!, value }))
  }

  #heard(): ReadonlyArray<{ readonly values: ReadonlyMap<string, Value> }> {
    const all = [...this.#said.values()]
    if (this.#rule === 'supervisor') {
      const supervisor = all.find(({ worker, values }) => worker === supervisorLabel && values.size > 0)
      return supervisor === undefined ? all : [supervisor]
    }
    // It serves nobody: what stands at the moment stands in the others.
    return this.row.kind !== 'gauge' || this.#rule === 'worker'
      ? all
      : all.filter((one) => one.worker !== supervisorLabel)
  }

  #ruleOf(key: string): Together {
    if (this.row.kind !== 'gauge') return 'sum'
    if (this.#rule === 'tier') return this.#labels.get(key)?.['cache_level'] === 'redis' ? 'max' : 'sum'
    return this.#rule === 'supervisor' ? 'max' : this.#rule
  }

  #keyOf(values: readonly string[]): string {
    const key = JSON.stringify(values)
    if (this.#labels.has(key)) return key
    const { labels } = this.row
    // Each process has a bound of its own; those that come and go must not be a way around it.
    if (this.#labels.size >= this.#maxSeries && values.some((value) => value !== other)) {
      return this.#keyOf(labels.map(() => other))
    }
    this.#labels.set(key, Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ''])))
    return key
  }

  /** The same array for the same ends, so that histograms of the same buckets are known as such at once. */
  #sameBounds(bounds: readonly number[]): readonly number[] {
    const key = JSON.stringify(bounds)
    const known = this.#bounds.get(key) ?? bounds
    this.#bounds.set(key, known)
    return known
  }

  /** A process whose numbers have begun anew has counted what it counted before all the same. */
  #keepWhatFell(before: ReadonlyMap<string, Value>, now: ReadonlyMap<string, Value>): void {
    for (const [key, value] of before) if (countOf(now.get(key)) < countOf(value)) merge(this.#kept, key, value, 'sum')
  }
}

type Value = number | Histogram

const countOf = (value: Value = 0): number => (typeof value === 'number' ? value : value.count)

const histogramOf = (bounds: readonly number[], [sum, ...counts]: readonly unknown[]): Histogram => {
  const histogram = new Histogram(bounds)
  histogram.sum = Number(sum)
  for (let bucket = 0; bucket <= bounds.length; bucket += 1) {
    const count = Number(counts[bucket] ?? 0)
    histogram.counts[bucket] = count
    histogram.count += count
  }
  return histogram
}

/** Puts a value to the one that is there. A histogram that is there is added to: it must be nobody else's. */
const merge = (into: Map<string, Value>, key: string, value: Value, rule: Together): void => {
  const there = into.get(key)
  if (typeof value !== 'number') {
    const whole = there instanceof Histogram ? there : new Histogram(value.bounds)
    whole.add(value)
    into.set(key, whole)
  } else into.set(key, typeof there === 'number' ? joined[rule](there, value) : value)
}

const add = (one: number, another: number): number => one + another
const last = (_one: number, another: number): number => another

const joined: { readonly [Rule in Together]: (one: number, another: number) => number } = {
  sum: add,
  tier: add,
  max: Math.max,
  min: Math.min,
  worker: last,
  supervisor: last,
  ratio: last,
}
