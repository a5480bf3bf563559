import { asMiddleware, checkOptions, kindOf } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { CallMeter } from './calls/callMeter.ts'
import { Collection } from './collection.ts'
import { remember } from './collections.ts'
import { Expositions } from './exposition/exposition.ts'
import type { Exposition } from './exposition/exposition.ts'
import type { Registry } from './exposition/registry.ts'
import { settingsOf } from './options.ts'
import type { MetricsOptions } from './options.ts'
import { snapshotOf } from './totals/snapshot.ts'
import type { MetricsSnapshot } from './totals/snapshot.ts'
import type { Watched } from './watch/sources.ts'
import { watchChecks } from './watch/watchChecks.ts'

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
  /**
   * Everything in the registry as a value that JSON can carry to another process, for `totals()` there.
   *
   * @param names which metrics. @default all of them
   */
  snapshot(names?: ReadonlySet<string>): Promise<MetricsSnapshot>
  /**
   * Asks these at each scrape how they are, for at most a second. Returns what stops it; what was last said stays.
   *
   * @throws TypeError for something that cannot be watched
   */
  watch(watched: Watched): () => void
  /**
   * Lets every call run through a middleware as well, right inside this one, for as long as somebody wants to look at
   * calls: a profiler, a debugger. Returns what ends that. While nobody looks it costs nothing.
   *
   * @throws TypeError for something that is no function
   */
  look(looker: Middleware): () => void
  /** Counts no more what packages say, watches nothing, and leaves the registry. Calls are still passed on. */
  close(): void
}

/**
 * Counts every call by method, operation and what it came to, and whatever the packages of Millrace say on their
 * channels, on a registry of prom-client. Numbers are added up in place and become text only when somebody scrapes.
 * Labels take their values from a bounded number of operations, so callers cannot make series. Sharing the value shares
 * the counts; one for each process is enough.
 *
 * @throws TypeError when an option makes no sense; Error when the registry has metrics of these names already
 */
export const metrics = (options: MetricsOptions = {}): Metrics => {
  const settings = settingsOf(options)
  const { registry, buckets, maxOperations, traceIdOf } = settings
  const meter = new CallMeter(buckets, maxOperations, traceIdOf)
  const collection = new Collection(settings, meter)
  const expositions = new Expositions(registry)
  const made = asMiddleware((call: Call, next: Next): Promise<Result> => meter.run(call, next), {
    stage: 'metrics',
    registry,
    exposition: (accept?: string) => expositions.answer(accept),
    snapshot: (names?: ReadonlySet<string>) => snapshotOf(registry, names),
    watch: (watched: Watched) => {
      checkOptions('metrics.watch', watched, watchChecks)
      return collection.watch(watched)
    },
    look: (looker: Middleware) => {
      if (typeof looker !== 'function') {
        throw new TypeError(`metrics.look: expected a middleware, got ${kindOf(looker)}`)
      }
      return meter.look(looker)
    },
    close: () => collection.close(),
  })
  remember(made, collection)
  return made
}
