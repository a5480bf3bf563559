import { channel } from '@millrace/core'
import type { Events } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { hasPromtool, promtool } from '../fixtures/promtool.ts'
import { saidByPolicies } from '../fixtures/saidByPolicies.ts'
import { saidByResources } from '../fixtures/saidByResources.ts'
import { metrics, metricsTable } from '../index.ts'
import type { Metrics } from '../index.ts'

/** Metrics of a process in which everything has happened. */
const full = async (tools: number): Promise<Metrics> => {
  const own = metrics()
  onTestFinished(() => own.close())
  for (const [name, [said]] of Object.entries({ ...saidByPolicies, ...saidByResources }))
    for (const event of said) channel(name as keyof Events).publish(event)
  for (let n = 0; n < tools; n += 1) {
    await own(fakeCall({ target: `tool ${n}` }), async () => ({ content: [] }))
    await own(fakeCall({ target: `tool ${n}` }), async () => ({ isError: true }))
  }
  return own
}

it('has the names that dashboards were written for', () => {
  const kept = {
    mcp_request_duration_seconds: ['method', 'operation', 'outcome'],
    mcp_requests_total: ['method', 'operation', 'outcome'],
    tool_execution_duration_seconds: ['tool_name', 'status'],
    concurrent_requests: [],
    queue_depth: ['queue'],
    cache_hit_ratio: ['cache_type'],
    mcp_cache_operations_total: ['operation', 'cache_level', 'result'],
    db_connection_pool_size: ['pool'],
    mcp_pool_active_connections: ['pool', 'kind'],
    mcp_pool_total_connections: ['pool', 'kind'],
    mcp_active_connections: [],
    mcp_memory_usage_bytes: ['type'],
    mcp_cpu_usage_percent: [],
  }
  const labels = new Map(metricsTable.map((row) => [row.name, row.labels]))
  for (const [name, wanted] of Object.entries(kept)) expect(labels.get(name), name).toEqual(wanted)
})

it('has each name once, and names and units as Prometheus wants them', () => {
  const names = metricsTable.map(({ name }) => name)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  for (const { name, kind, unit, help } of metricsTable) {
    expect(name).toMatch(/^[a-z][a-z\d_]*$/)
    expect(name.endsWith('_total'), name).toBe(kind === 'counter')
    if (unit !== undefined) expect(name.replace(/_total$/, ''), name).toContain(unit === 'ratio' ? '' : unit)
    expect(help, name).toMatch(/^[A-Z1].*\.$/)
  }
})

it('is what is scraped: every row, and nothing else', async () => {
  const own = await full(1)
  expect(own.registry.getMetricsAsArray().map(({ name }) => name)).toEqual(metricsTable.map(({ name }) => name))
})

it('has numbers from all that can happen, but for what has to be watched, targets and workers', async () => {
  const own = await full(1)
  const { body } = await own.exposition()
  const silent = metricsTable.filter(({ name }) => !new RegExp(`^${name}(_count)?[ {]`, 'm').test(body))
  const isAsked = ({ from }: (typeof metricsTable)[number]) =>
    from.every((one) => ['watch', 'targets', 'supervisor'].includes(one))
  expect(silent.filter((row) => !isAsked(row) && row.name !== 'mcp_gc_duration_seconds')).toEqual([])
})

it.skipIf(!hasPromtool)('is what promtool takes with nothing to say (skipped without promtool)', async () => {
  const own = await full(3)
  expect(promtool((await own.exposition()).body)).toBe('')
})

it('is scraped in a few milliseconds, with fifty tools that fail and do not', async () => {
  const own = await full(50)
  const tookMs: number[] = []
  for (let n = 0; n < 40; n += 1) {
    const before = process.cpuUsage()
    await own.exposition()
    const { user, system } = process.cpuUsage(before)
    tookMs.push((user + system) / 1000)
  }
  expect(Math.min(...tookMs)).toBeLessThan(15)
})
