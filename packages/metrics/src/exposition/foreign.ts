import type { Metric } from 'prom-client'
import { newRegistry } from './registry.ts'
import type { Registry } from './registry.ts'

/** The labels that a registry gives every line. */
export const defaultLabelsOf = async (registry: Registry): Promise<{ readonly [label: string]: unknown }> => {
  const probe = { get: async () => ({ values: [{ labels: {}, value: 0 }] }) }
  // A registry says what they are only of the metrics that it holds.
  const view = Object.create(registry, { getMetricsAsArray: { value: () => [probe] } }) as Registry
  const [shown] = (await view.getMetricsAsJSON()) as unknown as [Scraped]
  return shown.values[0].labels
}

/** A metric that is not ours, written by prom-client. */
export const foreignText = (
  metric: object,
  contentType: Registry['contentType'],
  defaults: { readonly [label: string]: unknown },
): Promise<string> => {
  const view = viewOf(metric as Foreign, contentType.includes('openmetrics'))
  const registry = newRegistry(contentType)
  registry.setDefaultLabels(defaults)
  registry.registerMetric(view as unknown as Metric)
  return registry.getSingleMetricAsString(view.name)
}

interface Foreign {
  readonly name: string
  readonly type: unknown
  get(): Promise<object>
  getForPromString?(): Promise<object>
}

interface Scraped {
  readonly values: readonly [{ readonly labels: { readonly [label: string]: unknown } }]
}

// A registry that writes OpenMetrics renames the counters it holds, which must not reach the registry of their owner.
const viewOf = (metric: Foreign, isOpen: boolean): Foreign => ({
  name: metric.name,
  type: metric.type,
  get: async () => {
    const scraped = await (metric.getForPromString?.() ?? metric.get())
    const isRenamed = isOpen && String(metric.type) === 'counter'
    return { ...scraped, name: isRenamed ? metric.name.replace(/_total$/, '') : metric.name }
  },
})
