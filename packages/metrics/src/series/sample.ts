import type { Exemplar, Histogram } from './histogram.ts'
import type { Labels, Shown } from './source.ts'

/** One line of what is scraped, as prom-client takes it. */
export interface Sample {
  /** @default the metric's */
  readonly metricName?: string
  readonly labels: { readonly [label: string]: string | number }
  /** Labels of several lines, written once: prom-client remembers the text of the same object. */
  readonly sharedLabels?: Labels
  readonly value: number
  readonly exemplar?: Exemplar | undefined
}

/** The lines of one series of a metric. */
export const samplesOf = (name: string, { labels, value }: Shown): Sample[] =>
  typeof value === 'number' ? [{ labels: none, sharedLabels: labels, value }] : histogramSamples(name, labels, value)

/** The lines of a histogram: buckets that each count those before them as well, the sum, the count. */
const histogramSamples = (name: string, sharedLabels: Labels, histogram: Histogram): Sample[] => {
  const samples: Sample[] = []
  const { bounds, counts } = histogram
  let total = 0
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    total += counts[bucket]!
    const le = bounds[bucket] ?? '+Inf'
    const exemplar = histogram.exemplar(bucket)
    samples.push({ metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: total, exemplar })
  }
  samples.push({ metricName: `${name}_sum`, labels: none, sharedLabels, value: histogram.sum })
  samples.push({ metricName: `${name}_count`, labels: none, sharedLabels, value: histogram.count })
  return samples
}

const none = {}
