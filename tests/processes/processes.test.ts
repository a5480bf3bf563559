import { load } from './load.ts'
import { describe, expect, it, vi } from 'vitest'
import { checked, hasPromtool } from './promtool.ts'
import { callOnce, callsOf, numbersOf, patience, pidsOf, run, scrape, textOf } from './run.ts'
import type { Running } from './run.ts'

/** How many of the lines that only rise are lower than before, or gone. */
const fallen = (before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string[] =>
  [...before]
    .filter(([series]) => /_total\{|_total$|_bucket|_count|_sum/.test(series))
    .filter(([series, value]) => (now.get(series) ?? 0) < value)
    .map(([series]) => series)

/** Scrapes for as long as something goes on, and says what has fallen meanwhile. */
const watched = async (ops: URL, during: () => Promise<void>): Promise<string[]> => {
  const found: string[] = []
  let before = await scrape(ops)
  const over = { is: false }
  const scraping = (async () => {
    while (!over.is) {
      const now = await scrape(ops)
      found.push(...fallen(before, now))
      before = now
    }
  })()
  await during()
  over.is = true
  await scraping
  return found
}

const allUp = ({ ops }: Running): Promise<void> =>
  vi.waitFor(async () => expect((await scrape(ops)).get('mcp_workers_missing')).toBe(0), patience)

describe('a server of several processes', { timeout: 120_000 }, () => {
  it('is scraped at one port, with the sums of all of them', async () => {
    const { mcp, ops, said } = await run(3)
    expect([...said]).toEqual([ops.href])
    expect((await pidsOf(mcp, 24)).size).toBe(3)
    const numbers = await scrape(ops)
    expect(callsOf(numbers, 'pid')).toBe(24)
    const workers = (series: string) => numbers.get(series)
    expect(workers('mcp_workers_missing')).toBe(0)
    expect(['1', '2', '3'].map((one) => workers(`mcp_worker_up{worker="${one}"}`))).toEqual([1, 1, 1])
    const heaps = ['supervisor', '1', '2', '3'].map((one) => `mcp_memory_usage_bytes{type="heapUsed",worker="${one}"}`)
    for (const heap of heaps) expect(workers(heap)).toBeGreaterThan(1_000_000)
  })

  it.skipIf(!hasPromtool)('is what promtool takes with nothing to say (skipped without promtool)', async () => {
    const { mcp, ops } = await run(2)
    await Promise.all(Array.from({ length: 8 }, (_, n) => callOnce(mcp, 'echo', { q: `${n % 2}` })))
    expect(checked(await textOf(ops))).toBe('')
  })

  it('loses no call and lets nothing fall when all of its processes are started anew', async () => {
    const running = await run(2)
    const { mcp, ops, process } = running
    const before = await pidsOf(mcp, 12)
    const calls = load(mcp, 4, { name: 'slow', arguments: { ms: 2 } })
    const fell = await watched(ops, async () => {
      process.kill('SIGHUP')
      await vi.waitFor(async () => {
        const now = await pidsOf(mcp, 6)
        expect([...now].filter((pid) => before.has(pid))).toEqual([])
      }, patience)
    })
    await calls.stop()
    await allUp(running)
    expect(fell).toEqual([])
    expect(calls.failures).toEqual([])
    expect(calls.answers).toBeGreaterThan(50)
    // What each old one had counted to its last call was asked before it ended.
    expect(callsOf(await scrape(ops), 'slow')).toBe(calls.answers)
  })

  it('lets nothing fall when a process is killed, and has all of them again soon', async () => {
    const running = await run(2)
    const { mcp, ops } = running
    const [pid] = await pidsOf(mcp, 12)
    const before = await scrape(ops)
    expect(callsOf(before, 'pid')).toBe(12)
    const fell = await watched(ops, async () => {
      process.kill(Number(pid), 'SIGKILL')
      await vi.waitFor(async () => {
        const now = await scrape(ops)
        expect(now.get('mcp_worker_crashes_total')).toBe(1)
        expect(now.get('mcp_workers_missing')).toBe(0)
      }, patience)
    })
    expect(fell).toEqual([])
    const after = await scrape(ops)
    expect(callsOf(after, 'pid')).toBe(12)
    await pidsOf(mcp, 10)
    expect(callsOf(await scrape(ops), 'pid')).toBe(22)
  })

  it('does not wait for a process that is stuck, says which, and is degraded until it is back', async () => {
    const running = await run(2)
    const { mcp, ops } = running
    await pidsOf(mcp, 12)
    const stuck = callOnce(mcp, 'loop', { ms: 4_000 })
    let text = ''
    await vi.waitFor(async () => {
      const from = performance.now()
      text = await textOf(ops)
      expect(performance.now() - from).toBeLessThan(2_000)
      expect(numbersOf(text).get('mcp_workers_missing')).toBe(1)
    }, patience)
    expect(callsOf(numbersOf(text), 'pid')).toBe(12)
    const report = await fetch(new URL('/health/detailed', ops))
    expect([report.status, await report.json()]).toEqual([
      200,
      expect.objectContaining({
        status: 'degraded',
        ready: true,
        checks: expect.objectContaining({
          db: expect.objectContaining({ status: 'healthy' }),
          workers: expect.objectContaining({ status: 'degraded', numbers: { wanted: 2, missing: 1 } }),
        }),
      }),
    ])
    expect((await fetch(new URL('/ready', ops))).status).toBe(200)
    await stuck
    await allUp(running)
    expect(((await (await fetch(new URL('/health/detailed', ops))).json()) as { status: string }).status).toBe(
      'healthy',
    )
  })

  it('is not ready as soon as it is told to end, and ends', async () => {
    const { mcp, ops, process, ended } = await run(2)
    expect(await (await fetch(new URL('/ready', ops))).json()).toEqual({ ready: true, state: 'ready' })
    const last = callOnce(mcp, 'slow', { ms: 1_000 })
    await vi.waitFor(async () => expect((await scrape(ops)).get('concurrent_requests')).toBe(1), patience)
    process.kill('SIGTERM')
    await vi.waitFor(async () => {
      const answer = await fetch(new URL('/ready', ops))
      expect([answer.status, await answer.json()]).toEqual([503, { ready: false, state: 'stopping' }])
    }, patience)
    expect(await last).toMatch(/^\d+$/)
    expect(await ended).toEqual([0, null])
  })
})
