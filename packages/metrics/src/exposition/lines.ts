import type { Exemplar, Histogram } from '../series/histogram.ts'
import type { Shown } from '../series/source.ts'
import type { MetricRow } from '../table/row.ts'
import { labelEnd, labelText } from './labelText.ts'
import { numberText } from './text.ts'
import type { Text } from './text.ts'

/** How a registry is written down. */
export interface Format {
  /** Whether as OpenMetrics, which alone has exemplars. */
  readonly isOpen: boolean
  /** Labels that the registry gives every line. */
  readonly defaults: { readonly [label: string]: unknown }
}

/** Writes the lines of one metric, as prom-client does to the byte. What stands before the labels is made once. */
export class Lines {
  readonly #row: MetricRow
  readonly #format: Format
  #plain: Uint8Array | undefined
  #heads: Heads | undefined

  constructor(row: MetricRow, format: Format) {
    this.#row = row
    this.#format = format
  }

  header(text: Text): void {
    const { name, kind, help } = this.#row
    // OpenMetrics calls a counter without the ending that its lines have.
    const shown = this.#format.isOpen && kind === 'counter' ? name.replace(/_total$/, '') : name
    text.string(`# HELP ${shown} ${help}\n# TYPE ${shown} ${kind}`)
  }

  series(text: Text, { labels, value }: Shown): void {
    const end = labelEnd(labels)
    if (typeof value !== 'number') return this.#histogram(text, end, value)
    this.#plain ??= this.#start('')
    text.line(this.#plain, end, value)
  }

  #histogram(text: Text, end: Uint8Array, histogram: Histogram): void {
    const { buckets, sum, count } = (this.#heads ??= this.#headsOf(histogram.bounds))
    if (this.#format.isOpen) withExemplars(text, buckets, end, histogram)
    else text.lines(buckets, end, histogram.counts)
    text.line(sum, end, histogram.sum)
    text.line(count, end, histogram.count)
  }

  #headsOf(bounds: readonly number[]): Heads {
    const buckets = [...bounds.map(String), '+Inf'].map((le) => this.#start('_bucket', le))
    return { buckets, sum: this.#start('_sum'), count: this.#start('_count') }
  }

  #start(ending: string, le?: string): Uint8Array {
    const { name, labels } = this.#row
    const own = le === undefined ? {} : { le }
    const before = labelText({ ...own, ...this.#format.defaults, ...own }, labels)
    if (labels.length > 0) return Buffer.from(`\n${name}${ending}{${before}${before === '' ? '' : ','}`)
    return Buffer.from(before === '' ? `\n${name}${ending} ` : `\n${name}${ending}{${before}} `)
  }
}

/** What stands before the labels in the lines of a histogram. */
interface Heads {
  readonly buckets: readonly Uint8Array[]
  readonly sum: Uint8Array
  readonly count: Uint8Array
}

const withExemplars = (text: Text, buckets: readonly Uint8Array[], end: Uint8Array, histogram: Histogram): void => {
  let total = 0
  for (const [bucket, count] of histogram.counts.entries()) {
    total += count
    text.line(buckets[bucket]!, end, total)
    const exemplar = histogram.exemplar(bucket)
    if (exemplar !== undefined) text.string(exemplarText(exemplar))
  }
}

const exemplarText = ({ labelSet, value, timestamp }: Exemplar): string =>
  ` # {${labelText({ ...labelSet })}} ${numberText(value)} ${timestamp}`
