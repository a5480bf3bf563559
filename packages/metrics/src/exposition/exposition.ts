import { setImmediate } from 'node:timers/promises'
import type { Shown } from '../series/source.ts'
import { Exposed } from './exposed.ts'
import { defaultLabelsOf, foreignText } from './foreign.ts'
import { Lines } from './lines.ts'
import { contentTypes } from './registry.ts'
import type { Registry } from './registry.ts'
import { Text } from './text.ts'

/** An answer to a scrape. */
export interface Exposition {
  /** What `Content-Type` has to say. */
  readonly contentType: string
  readonly body: string
}

/**
 * Answers scrapes with everything that a registry holds, as text in the format that is asked for. Our own metrics are
 * written here, as prom-client takes a microsecond for a line; what else is in the registry it writes itself. While a
 * long answer is written others have their turn.
 */
export class Expositions {
  readonly #registry: Registry
  /** Room of the answer before, while nobody writes into it. */
  #spare: Text | undefined

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** @param accept the request's `Accept`; OpenMetrics, which alone has exemplars, is for those who ask for it */
  async answer(accept: string | undefined): Promise<Exposition> {
    const isOpen = accept?.includes('application/openmetrics-text') ?? false
    const contentType = isOpen ? contentTypes.openMetrics : contentTypes.prometheus
    const defaults = await defaultLabelsOf(this.#registry)
    const partOf = async (metric: object): Promise<Part> =>
      metric instanceof Exposed
        ? { lines: new Lines(metric.row, { isOpen, defaults }), series: await metric.series() }
        : foreignText(metric, contentType, defaults)
    const parts = await Promise.all(this.#registry.getMetricsAsArray().map(partOf))
    const text = this.#spare ?? new Text(firstBytes)
    this.#spare = undefined
    await write(text, parts, isOpen ? '\n' : '\n\n')
    text.string(isOpen ? '\n# EOF\n' : '\n')
    this.#spare = text
    return { contentType, body: text.taken() }
  }
}

/** One metric: as another has written it, or what is to be written. */
type Part = string | { readonly lines: Lines; readonly series: Iterable<Shown> }

const write = async (text: Text, parts: readonly Part[], between: string): Promise<void> => {
  let turn = turnBytes
  for (const [at, part] of parts.entries()) {
    if (at > 0) text.string(between)
    if (typeof part === 'string') text.string(part)
    else {
      part.lines.header(text)
      for (const shown of part.series) {
        part.lines.series(text, shown)
        if (text.length < turn) continue
        await setImmediate()
        turn = text.length + turnBytes
      }
    }
  }
}

// Half a millisecond of writing, or one on Node 20.
const turnBytes = 500_000
const firstBytes = 65_536
