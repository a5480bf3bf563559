import { samplesOf } from '../series/sample.ts'
import type { Sample } from '../series/sample.ts'
import type { Shown, Source } from '../series/source.ts'
import type { MetricRow } from '../table/row.ts'
import { aggregators } from '../table/together.ts'
import type { Together } from '../table/together.ts'

/** A metric as prom-client's registry asks for one: it is looked at when somebody scrapes, and not before. */
export class Exposed {
  readonly row: MetricRow
  // prom-client takes the ending off the names of counters when it writes OpenMetrics, and puts it on again.
  name: string
  readonly help: string
  readonly type: MetricRow['kind']
  readonly labelNames: readonly string[]
  /** How the numbers of several processes become one. */
  readonly aggregator: (typeof aggregators)[Together]
  readonly #source: Source

  constructor(row: MetricRow, source: Source) {
    this.row = row
    this.name = row.name
    this.help = row.help
    this.type = row.kind
    this.labelNames = row.labels
    this.aggregator = aggregators[row.together ?? 'sum']
    this.#source = source
  }

  /** The series of the moment. */
  async series(): Promise<Iterable<Shown>> {
    return this.#source.series()
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

  /** Everything, as prom-client writes it fastest. */
  async getForPromString(): Promise<Scraped> {
    const { name, help, type, aggregator } = this
    const values = Array.from(await this.series(), (shown) => samplesOf(this.row.name, shown)).flat()
    return { name, help, type, aggregator, values }
  }

  reset(): void {
    this.#source.reset?.()
  }
}

interface Scraped extends Pick<Exposed, 'name' | 'help' | 'type' | 'aggregator'> {
  readonly values: readonly Sample[]
}
