import { read } from './snapshot.ts'
import type { ForeignSnapshot } from './snapshot.ts'
import { supervisorLabel } from './whole.ts'
import type { Counting } from './whole.ts'

/** A metric of prom-client, of several processes: line by line, by the rule that it has for itself. */
export class ForeignWhole {
  readonly name: string
  readonly #maxLines: number
  readonly #lines = new Map<string, Line>()
  readonly #kept = new Map<string, number>()
  readonly #said = new Map<string, { readonly worker: string; readonly values: ReadonlyMap<string, number> }>()
  #about: Pick<ForeignSnapshot, 'help' | 'type' | 'aggregator'> = { help: '', type: 'gauge', aggregator: 'sum' }

  constructor(name: string, maxLines: number) {
    this.name = name
    this.#maxLines = maxLines
  }

  get type(): string {
    return this.#about.type
  }

  /** Takes what a process has counted, in the place of what it said before. */
  take({ id, worker }: Counting, { help, type, aggregator, lines }: ForeignSnapshot): void {
    this.#about = { help, type, aggregator }
    const values = new Map<string, number>()
    for (const { metricName, labels, value } of lines) {
      // Of quantiles of several processes nobody can make one.
      if (type === 'summary' && 'quantile' in labels) continue
      const key = JSON.stringify([metricName, labels])
      if (!this.#lines.has(key) && this.#lines.size >= this.#maxLines) continue
      this.#lines.set(key, { metricName, labels })
      values.set(key, read(value))
    }
    for (const [key, was] of this.#isCounted ? (this.#said.get(id)?.values ?? []) : []) {
      if ((values.get(key) ?? 0) < was) this.#keep(key, was)
    }
    this.#said.set(id, { worker, values })
  }

  /** What stands there now nobody knows. */
  silence(id: string): void {
    if (!this.#isCounted) this.#said.delete(id)
  }

  /** The process is no more. */
  end(id: string): void {
    for (const [key, value] of this.#isCounted ? (this.#said.get(id)?.values ?? []) : []) this.#keep(key, value)
    this.#said.delete(id)
  }

  /** Everything, as prom-client asks for it. */
  async get(): Promise<object> {
    const { help, type, aggregator } = this.#about
    const all = new Map<string, number[]>(Array.from(this.#kept, ([key, value]) => [key, [value]]))
    for (const { worker, values } of this.#said.values()) {
      if (!this.#isCounted && worker === supervisorLabel) continue
      for (const [key, value] of values) all.set(key, [...(all.get(key) ?? []), value])
    }
    const join = this.#isCounted ? sum : (joins[aggregator] ?? sum)
    const values =
      aggregator === 'omit' ? [] : Array.from(all, ([key, of]) => ({ ...this.#lines.get(key), value: join(of) }))
    return { name: this.name, help, type, aggregator, values }
  }

  get #isCounted(): boolean {
    return this.#about.type !== 'gauge'
  }

  #keep(key: string, value: number): void {
    this.#kept.set(key, (this.#kept.get(key) ?? 0) + value)
  }
}

type Line = Pick<ForeignSnapshot['lines'][number], 'metricName' | 'labels'>

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

/** The rules of prom-client's `AggregatorRegistry`. */
const joins: { readonly [aggregator: string]: (values: readonly number[]) => number } = {
  sum,
  first: (values) => values[0]!,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  average: (values) => sum(values) / values.length,
}
