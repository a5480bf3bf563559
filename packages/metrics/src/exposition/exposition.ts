import type { Metric } from 'prom-client'
import { contentTypes, newRegistry } from './registry.ts'
import type { Registry } from './registry.ts'

/** An answer to a scrape. */
export interface Exposition {
  /** What `Content-Type` has to say. */
  readonly contentType: string
  readonly body: string
}

/**
 * Everything a registry holds, as text in the format that is asked for.
 *
 * @param accept the request's `Accept`; OpenMetrics, which alone has exemplars, is for those who ask for it
 */
export const expositionOf = async (registry: Registry, accept: string | undefined): Promise<Exposition> => {
  const isOpen = accept?.includes('application/openmetrics-text') ?? false
  const contentType = isOpen ? contentTypes.openMetrics : contentTypes.prometheus
  const asked = registry.contentType === contentType ? registry : translated(registry, contentType)
  return { contentType, body: await asked.metrics() }
}

/** The same metrics in a registry of another format. */
const translated = (registry: Registry, contentType: Registry['contentType']): Registry => {
  const made = newRegistry(contentType)
  for (const metric of registry.getMetricsAsArray()) made.registerMetric(viewOf(metric as unknown as Scrapable))
  return made
}

interface Scrapable {
  readonly name: string
  readonly type: unknown
  get(): Promise<object>
  getForPromString?(): Promise<object>
}

// A registry that writes OpenMetrics renames the counters it holds, which must not reach the registry of their owner.
const viewOf = (metric: Scrapable): Metric => {
  const view = {
    name: metric.name,
    type: metric.type,
    get: async () => {
      const scraped = (await (metric.getForPromString?.() ?? metric.get())) as { values: ReadonlyArray<object> }
      return { ...scraped, name: view.name }
    },
  }
  return view as unknown as Metric
}
