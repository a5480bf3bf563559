import { asMiddleware } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { CallMeter } from './calls/callMeter.ts'
import { callSources } from './calls/callSources.ts'
import { Exposed } from './exposition/exposed.ts'
import { expositionOf } from './exposition/exposition.ts'
import type { Exposition } from './exposition/exposition.ts'
import { register } from './exposition/registry.ts'
import type { Registry } from './exposition/registry.ts'
import { settingsOf } from './options.ts'
import type { MetricsOptions } from './options.ts'
import { callRows } from './table/callRows.ts'

/** Metrics: a middleware that counts calls, and what is scraped. */
export interface Metrics extends Middleware {
  readonly stage: 'metrics'
  /** The registry of prom-client that everything stands in. */
  readonly registry: Registry
  /**
   * The answer to a scrape: everything in the registry as text.
   *
   * @param accept the request's `Accept`. @default Prometheus's text format; OpenMetrics, with examples, when it asks
   */
  exposition(accept?: string): Promise<Exposition>
  /** Counts no more what packages say, and leaves the registry. */
  close(): void
}

/**
 * Counts every call by method, operation and what it came to, on a registry of prom-client. Numbers are added up in
 * place and become text only when somebody scrapes. Labels take their values from a bounded number of operations, so
 * callers cannot make series. Sharing the value shares the counts.
 *
 * @throws TypeError when an option makes no sense; Error when the registry has metrics of these names already
 */
export const metrics = (options: MetricsOptions = {}): Metrics => {
  const { registry, buckets, maxOperations, traceIdOf } = settingsOf(options)
  const meter = new CallMeter(buckets, maxOperations, traceIdOf)
  const sources = callSources(meter)
  const exposed = callRows.map((row) => new Exposed(row, sources[row.name]!))
  const leave = register(registry, exposed)
  return asMiddleware((call: Call, next: Next): Promise<Result> => meter.run(call, next), {
    stage: 'metrics',
    registry,
    exposition: (accept?: string) => expositionOf(registry, accept),
    close: leave,
  })
}
