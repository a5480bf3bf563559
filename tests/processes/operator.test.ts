import { describe, expect, it, vi } from 'vitest'
import { callOnce, patience, pidsOf, run, scrape } from './run.ts'
import type { Running } from './run.ts'

const token = 'a-token-of-32-characters-in-total'
const headers = { authorization: `Bearer ${token}`, 'x-millrace': '1' }

const runTwo = (): Promise<Running> => run(2, { OPS_TOKEN: token })

const act = (ops: URL, path: string, more: object = {}): Promise<Response> =>
  fetch(new URL(path, ops), { method: 'POST', headers: { ...headers, ...more } })

/** What the page of the dashboard is sent of the moment, again and again until it is as it should be. */
const shown = async (ops: URL, until: (snapshot: Shown) => boolean): Promise<Shown> => {
  const { body } = await fetch(new URL('/dashboard/live', ops), { headers })
  let text = ''
  for await (const chunk of body!) {
    text += Buffer.from(chunk).toString()
    const events = text.split('\n\n')
    text = events.pop()!
    for (const event of events) {
      const { snapshot } = JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as { snapshot: Shown | null }
      if (snapshot !== null && until(snapshot)) return snapshot
    }
  }
  throw new Error('The stream has ended.')
}

interface Shown {
  readonly workers?: ReadonlyArray<{ worker: number; pid?: number; state: string; fault?: string; process?: object }>
  readonly tools: ReadonlyArray<{ operation: string; callsEver: number }>
  readonly breakers: ReadonlyArray<{ key: string; state: string; isMixed: boolean }>
  readonly alerts: ReadonlyArray<{ text: string }>
}

describe('the operator of a server of several processes', { timeout: 120_000 }, () => {
  it('sees all of it on one dashboard, a line for each process, and the one that is stuck', async () => {
    const { mcp, ops } = await runTwo()
    await pidsOf(mcp, 10)
    const all = await shown(ops, ({ tools }) => tools[0]?.callsEver === 10)
    expect(all.workers).toEqual([
      expect.objectContaining({ worker: 1, state: 'ready', process: expect.objectContaining({}) }),
      expect.objectContaining({ worker: 2, state: 'ready', process: expect.objectContaining({}) }),
    ])
    const stuck = callOnce(mcp, 'loop', { ms: 3_000 })
    const found = await shown(ops, ({ workers = [] }) => workers.some(({ fault }) => fault !== undefined))
    expect(found.workers?.map(({ fault }) => fault)).toContain('It did not answer within 500 ms.')
    expect(found.alerts.map(({ text }) => text).join()).toMatch(/workers is degraded\. Worker \d: It did not answer/)
    await stuck
  })

  it('isolates a breaker in all processes with one press, those to come included, and closes it again', async () => {
    const { mcp, ops } = await runTwo()
    await pidsOf(mcp, 10)
    const key = 'tools%2Fcall%20pid'
    const isolated = await act(ops, `/dashboard/breaker?key=${key}&to=isolated`)
    expect(await isolated.json()).toEqual({ key: 'tools/call pid', state: 'isolated' })
    const refused = () => pidsOf(mcp, 10).then((said) => [...said].every((text) => /switched off/.test(text)))
    expect(await refused()).toBe(true)
    const { workers = [] } = await shown(ops, (snapshot) => snapshot.workers !== undefined)
    process.kill(workers[0]!.pid!, 'SIGKILL')
    await vi.waitFor(async () => {
      const numbers = await scrape(ops, headers)
      expect(numbers.get('mcp_worker_crashes_total')).toBe(1)
      expect(numbers.get('mcp_workers_missing')).toBe(0)
    }, patience)
    expect(await refused()).toBe(true)
    await act(ops, `/dashboard/breaker?key=${key}&to=closed`)
    expect([...(await pidsOf(mcp, 10))].every((text) => /^\d+$/.test(text))).toBe(true)
    expect((await act(ops, '/dashboard/breaker?key=nobody&to=closed')).status).toBe(404)
  })

  it('gets profiles, snapshots and reports of the process that is asked for', async () => {
    const { mcp, ops } = await runTwo()
    const cpu = await act(ops, '/profile/cpu?seconds=0.2&worker=2')
    expect([cpu.status, cpu.headers.get('x-millrace-worker')]).toEqual([200, '2'])
    expect(cpu.headers.get('content-disposition')).toMatch(/\.cpuprofile"$/)
    expect(((await cpu.json()) as { nodes: unknown[] }).nodes.length).toBeGreaterThan(1)
    const reporting = act(ops, '/report?seconds=1', { accept: 'text/plain' })
    await vi.waitFor(async () => expect((await act(ops, '/report?seconds=0.1&worker=1')).status).toBe(409), patience)
    await pidsOf(mcp, 10)
    const report = await reporting
    expect([report.status, report.headers.get('x-millrace-worker')]).toEqual([200, '1'])
    expect(await report.text()).toContain('tools/call pid')
    const heap = await act(ops, '/profile/heap?worker=1')
    const { snapshot } = (await heap.json()) as { snapshot: { node_count: number } }
    expect(snapshot.node_count).toBeGreaterThan(10_000)
    expect((await act(ops, '/profile/cpu?seconds=0.1&worker=supervisor')).headers.get('x-millrace-worker')).toBeNull()
    const unknown = await act(ops, '/profile/cpu?worker=7')
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      'There is no worker "7": there is 1, 2, supervisor.\n',
    ])
  })
})
