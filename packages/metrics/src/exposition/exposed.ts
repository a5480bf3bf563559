import type { Sample } from '../series/sample.ts'
import type { MetricRow } from '../table/row.ts'

/** What a metric has counted. */
export interface Source {
  /** The lines of the moment. */
  samples(): readonly Sample[] | Promise<readonly Sample[]>
  /** Begins anew, where beginning anew makes sense. */
  reset?(): void
}

/** A metric as prom-client's registry asks for one: it is looked at when somebody scrapes, and not before. */
export class Exposed {
  // prom-client takes the ending off the names of counters when it writes OpenMetrics, and puts it on again.
  name: string
  readonly help: string
  readonly type: MetricRow['kind']
  readonly labelNames: readonly string[]
  /** How the numbers of several processes become one. */
  readonly aggregator = 'sum' as const
  readonly #source: Source

  constructor({ name, help, kind, labels }: MetricRow, source: Source) {
    this.name = name
    this.help = help
    this.type = kind
    this.labelNames = labels
    this.#source = source
  }

  /** Everything, each line with all its labels. */
  async get(): Promise<Scraped> {
    const scraped = await this.getForPromString()
    const whole = ({ sharedLabels, ...sample }: Sample): Sample => ({
      ...sample,
      labels: { ...sharedLabels, ...sample.labels },
    })
    return { ...scraped, values: scraped.values.map(whole) }
  }

  /** Everything, as it is written fastest. */
  async getForPromString(): Promise<Scraped> {
    const { name, help, type, aggregator } = this
    return { name, help, type, aggregator, values: await this.#source.samples() }
  }

  reset(): void {
    this.#source.reset?.()
  }
}

interface Scraped extends Pick<Exposed, 'name' | 'help' | 'type' | 'aggregator'> {
  readonly values: readonly Sample[]
}
