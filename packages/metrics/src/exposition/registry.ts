import type { Metric, Registry as PromRegistry, RegistryContentType } from 'prom-client'
import PromClientRegistry from 'prom-client/lib/registry.js'
import type { Exposed } from './exposed.ts'

/** A registry of prom-client, of either content type. */
export type Registry = PromRegistry<RegistryContentType>

/** The two formats that Prometheus scrapes. */
export const contentTypes: { readonly [Format in 'prometheus' | 'openMetrics']: RegistryContentType } = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openMetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/**
 * A new registry. Of prom-client only the file that makes one is loaded: the whole takes 60 ms, as it brings a pusher
 * over HTTP and quantiles along.
 */
export const newRegistry = (contentType: RegistryContentType = contentTypes.prometheus): Registry =>
  new PromClientRegistry(contentType)

/**
 * Puts metrics into a registry: all, or none when one of their names is taken. Returns what takes them out again.
 *
 * @throws Error when a name is taken
 */
export const register = (registry: Registry, exposed: readonly Exposed[]): (() => void) => {
  const names = exposed.map(({ name }) => name)
  const taken = names.find((name) => registry.getSingleMetric(name) !== undefined)
  if (taken !== undefined) {
    throw new Error(`metrics: the registry has a metric ${taken} already; share one metrics() or give each a registry`)
  }
  for (const one of exposed) registry.registerMetric(one as unknown as Metric)
  return () => {
    for (const [index, name] of names.entries()) {
      if ((registry.getSingleMetric(name) as unknown) === exposed[index]) registry.removeSingleMetric(name)
    }
  }
}
