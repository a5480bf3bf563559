import { channel } from '@millrace/core'
import type { Events } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { saidByPolicies } from '../fixtures/saidByPolicies.ts'
import { saidByResources } from '../fixtures/saidByResources.ts'
import { metrics } from '../index.ts'
import type { Metrics, MetricsOptions } from '../index.ts'
import { contentTypes, newRegistry } from './registry.ts'

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const accept = { prometheus: 'text/plain', openMetrics: 'application/openmetrics-text;version=1.0.0' }
type Kind = keyof typeof accept

/** Metrics of a process in which everything has happened, and tools have hostile names. */
const busy = async (options: MetricsOptions): Promise<Metrics> => {
  // The clock of a scrape stands still, so that two scrapes say the same.
  vi.spyOn(performance, 'now').mockReturnValue(1)
  vi.spyOn(process, 'memoryUsage').mockReturnValue({ rss: 1, heapTotal: 2, heapUsed: 3, external: 4, arrayBuffers: 5 })
  const own = metrics(options)
  onTestFinished(() => {
    own.close()
    vi.restoreAllMocks()
  })
  for (const [name, [said]] of Object.entries({ ...saidByPolicies, ...saidByResources }))
    for (const event of said) channel(name as keyof Events).publish(event)
  for (const target of ['a', 'a"b', 'a\\', 'a\nb', 'é😀', '__proto__', 'x'.repeat(500)]) {
    const call = fakeCall({ target, params: { _meta: { traceparent } } })
    await own(call, async () => ({ content: [] }))
    await own(call, async () => ({ isError: true }))
    await own(call, () => Promise.reject(new Error('broken'))).catch(() => {})
  }
  return own
}

/** A registry that holds metrics of another author as well. */
const shared = (type: Kind): Registry => {
  const registry = newRegistry(contentTypes[type]) as unknown as Registry
  const registers = [registry]
  new Counter({ name: 'theirs_total', help: 'a\\b\nc', labelNames: ['a'], registers }).inc({ a: 'x"y' }, 3)
  new Gauge({ name: 'their_gauge', help: 'theirs', registers }).set(NaN)
  new Histogram({ name: 'their_seconds', help: 'theirs', labelNames: ['a'], registers }).observe({ a: '1' }, 0.2)
  new Summary({ name: 'their_summary', help: 'theirs', registers }).observe(7)
  return registry
}

describe.each(['prometheus', 'openMetrics'] as const)('a scrape in the format of %s', (type) => {
  it.each([
    ['no labels of the registry', {}],
    ['labels of the registry', { app: 'a"b\\', shard: 7 }],
    ['labels of the registry that are ours too', { le: '1', operation: 'x', pool: 'y', zone: 'z' }],
  ])('is what prom-client writes, to the byte, with %s', async (_, defaults) => {
    const registry = shared(type)
    registry.setDefaultLabels(defaults)
    const own = await busy({ registry })
    const { body } = await own.exposition(accept[type])
    expect(body.length).toBeGreaterThan(50_000)
    expect(body).toBe(await registry.metrics())
    expect(body.includes(' # {trace_id="aaaa')).toBe(type === 'openMetrics')
  })

  it('is what prom-client writes of a registry with nothing in it', async () => {
    const own = metrics({ events: false, process: false })
    own.close()
    expect((await own.exposition(accept[type])).body).toBe(await newRegistry(contentTypes[type]).metrics())
  })

  it('is the same on a registry of the other format, names and labels of the registry included', async () => {
    const registry = shared('prometheus')
    registry.setDefaultLabels({ app: 'a' })
    const own = await busy({ registry })
    const { body } = await own.exposition(accept[type])
    registry.setContentType(contentTypes[type] as never)
    expect(body).toBe(await registry.metrics())
  })
})

it('fails when a metric of another author does, as prom-client does', async () => {
  const registry = new Registry()
  const collect = () => Promise.reject(new Error('broken'))
  registry.registerMetric(new Gauge({ name: 'their_gauge', help: 'theirs', registers: [], collect }))
  await expect(metrics({ registry, events: false, process: false }).exposition()).rejects.toThrow('broken')
})

it('lets others have their turn while it is long', async () => {
  const own = metrics({ events: false, process: false })
  for (let n = 0; n < 500; n += 1) await own(fakeCall({ target: `tool ${n}` }), async () => ({ content: [] }))
  let turns = 0
  const turn = (): void => {
    turns += 1
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  const { body } = await own.exposition()
  clearImmediate(next)
  expect(body.length).toBeGreaterThan(1_500_000)
  expect(turns).toBeGreaterThanOrEqual(3)
})
