import { fakeCall } from '@millrace/core/testing'
import { Counter, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { metrics } from './index.ts'

const counter = (name: string, registry: Registry) => new Counter({ name, help: 'theirs', registers: [registry] })

describe('metrics says what is wrong with an option', () => {
  it.each([
    [{ maxOperations: 0 }, 'metrics.maxOperations must be an integer ≥ 1, got 0'],
    [
      { buckets: [1, 1] },
      'metrics.buckets must be an array of numbers above 0, each above the one before, got an array',
    ],
    [{ buckets: [0] }, 'metrics.buckets must be an array of numbers above 0, each above the one before, got an array'],
    [{ buckets: 'x' }, "metrics.buckets must be an array of numbers above 0, each above the one before, got 'x'"],
    [{ traceIdOf: true }, 'metrics.traceIdOf must be a function or false, got true'],
    [
      { registry: {} },
      'metrics.registry must be a registry of prom-client (with registerMetric, getSingleMetric, removeSingleMetric, metrics), got an object',
    ],
    [{ bucket: [1] }, 'metrics.bucket is not an option; did you mean buckets?'],
  ])('%o', (options, message) => {
    expect(() => metrics(options as never)).toThrow(new TypeError(message))
  })

  it('a call instead of options', () => {
    expect(() => metrics(fakeCall() as never)).toThrow('attach what metrics(…) gives')
  })
})

describe('a registry', () => {
  it('may hold other metrics as well, which are scraped with ours', async () => {
    const registry = new Registry()
    counter('theirs_total', registry).inc(3)
    const own = metrics({ registry })
    expect(own.registry).toBe(registry)
    const { body } = await own.exposition()
    expect(body).toContain('theirs_total 3')
    expect(body).toContain('concurrent_requests 0')
  })

  it('takes all metrics or none: a name that is taken is said at once', () => {
    const registry = new Registry()
    counter('mcp_requests_total', registry)
    expect(() => metrics({ registry })).toThrow(
      'metrics: the registry has a metric mcp_requests_total already; share one metrics() or give each a registry',
    )
    expect(registry.getMetricsAsArray().length).toBe(1)
  })

  it('is left by close(), which takes nothing that is not ours', () => {
    const registry = new Registry()
    const own = metrics({ registry })
    registry.removeSingleMetric('concurrent_requests')
    counter('concurrent_requests', registry)
    own.close()
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(['concurrent_requests'])
    own.close()
  })
})
