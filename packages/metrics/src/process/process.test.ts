import { spawnSync } from 'node:child_process'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished, vi } from 'vitest'
import { linesOf, valueOf } from '../fixtures/lines.ts'
import { metrics } from '../index.ts'
import type { Metrics } from '../index.ts'

const made = (): Metrics => {
  const own = metrics({ events: false })
  onTestFinished(() => own.close())
  return own
}

it('shows memory, processor and event loop of the process', async () => {
  const own = made()
  expect(await valueOf(own, 'mcp_memory_usage_bytes{type="rss"}')).toBeGreaterThan(10_000_000)
  expect((await linesOf(own, 'mcp_memory_usage_bytes')).length).toBe(6)
  expect(await valueOf(own, 'mcp_memory_usage_bytes{type="heapLimit"}')).toBe(getHeapStatistics().heap_size_limit)
  expect(await valueOf(own, 'mcp_cpu_usage_percent')).toBeGreaterThan(0)
  const busy = await valueOf(own, 'mcp_event_loop_utilization_ratio')
  expect(busy).toBeGreaterThanOrEqual(0)
  expect(busy).toBeLessThanOrEqual(1)
  const delays = await linesOf(own, 'mcp_event_loop_delay_seconds')
  expect(delays.map((line) => line.split('"')[1])).toEqual(['mean', 'p50', 'p99', 'max'])
})

it('says the same of the time before when it is asked again at once, and anew a second later', async () => {
  const now = vi.spyOn(performance, 'now')
  onTestFinished(() => now.mockRestore())
  now.mockReturnValue(10_000)
  const own = made()
  const first = await valueOf(own, 'mcp_cpu_usage_percent')
  now.mockReturnValue(10_999)
  expect(await valueOf(own, 'mcp_cpu_usage_percent')).toBe(first)
  now.mockReturnValue(11_000)
  expect(await valueOf(own, 'mcp_cpu_usage_percent')).not.toBe(first)
})

it('is not read by who reads what is watched', async () => {
  const own = made()
  own.watch({ queue: { state: () => ({ depth: 3, inFlight: 1, limit: 8 }) } })
  const read = vi.spyOn(process, 'cpuUsage')
  onTestFinished(() => read.mockRestore())
  const depth = await own.registry.getSingleMetric('queue_depth')?.get()
  expect(depth?.values.map(({ value }) => value)).toEqual([3])
  expect(read).not.toHaveBeenCalled()
  await own.registry.getSingleMetric('mcp_cpu_usage_percent')?.get()
  expect(read).toHaveBeenCalled()
})

it('counts garbage collections by their kind', async () => {
  const own = made()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  await vi.waitFor(async () => {
    expect(await valueOf(own, 'mcp_gc_duration_seconds_count{kind="major"}')).toBeGreaterThan(0)
  })
})

it('keeps no process alive', () => {
  const program = `
    import { metrics } from '@millrace/metrics'
    const own = metrics()
    await own.exposition()`
  const flags = ['--conditions=@millrace/source', '--input-type=module', '--eval', program]
  const { status, signal } = spawnSync(process.execPath, flags, {
    cwd: import.meta.dirname,
    timeout: 15_000,
  })
  expect([status, signal]).toEqual([0, null])
})
