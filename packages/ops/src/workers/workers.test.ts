import { metrics } from '@millrace/metrics'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask } from '../fixtures/ask.ts'
import { opened } from '../fixtures/opened.ts'
import { Together } from '../fixtures/together.ts'
import { ops } from '../index.ts'
import type { HealthAnswer, OpsOptions } from '../index.ts'

const own = () => {
  const numbers = metrics({ events: false, process: false })
  onTestFinished(() => numbers.close())
  return numbers
}

const started = async (wanted: number, options: OpsOptions = {}) => {
  const together = new Together(wanted, options)
  const url = await opened({ metrics: own(), ...options })
  together.begin()
  return { together, url, workers: together.workers as [Together['workers'][0], Together['workers'][0]] }
}

const callsOf = async (url: URL): Promise<number> => {
  const { text } = await ask(url, '/metrics')
  return Number(/^mcp_requests_total\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0)
}

const gauge = async (url: URL, series: string): Promise<string | undefined> =>
  (await ask(url, '/metrics')).text.split('\n').find((line) => line.startsWith(`${series} `))

describe('what is counted', () => {
  it('is added up over the workers, and stays when one leaves, is killed or says nothing', async () => {
    const { together, url, workers } = await started(2)
    const [one, two] = workers
    await one.call('a', 3)
    await two.call('a', 4)
    expect(await callsOf(url)).toBe(7)
    // Asked once more before it goes.
    await one.call('a', 2)
    await together.end(one)
    expect(await callsOf(url)).toBe(9)
    two.isStuck = true
    expect(await callsOf(url)).toBe(9)
    await together.end(two, true)
    expect(await callsOf(url)).toBe(9)
    await together.start(1).call('a', 1)
    expect(await callsOf(url)).toBe(10)
  })

  it('is of this process alone before there are workers, and says then how many are missing', async () => {
    const together = new Together(2)
    const url = await opened({ metrics: own() })
    expect(await gauge(url, 'mcp_workers_missing')).toBeUndefined()
    together.begin()
    together.workers[0]!.isStuck = true
    expect(await gauge(url, 'mcp_workers_missing')).toBe('mcp_workers_missing 1')
    expect(await gauge(url, 'mcp_worker_up{worker="1"}')).toMatch(/ 0$/)
    expect(await gauge(url, 'mcp_worker_up{worker="2"}')).toMatch(/ 1$/)
  })

  it('is not taken from one of another version, which counts as missing', async () => {
    const { url, workers } = await started(2)
    workers[0].ask = async () => ({ version: 2 })
    expect(await gauge(url, 'mcp_workers_missing')).toBe('mcp_workers_missing 1')
  })

  it('is counted once when a worker ends while it answers', async () => {
    const { together, url, workers } = await started(1)
    const [one] = workers
    await one.call('a', 3)
    expect(await callsOf(url)).toBe(3)
    const answer = one.ask.bind(one)
    one.ask = async (about, question) => {
      const said = await answer(about, question)
      await together.end(one, true)
      return said
    }
    expect(await callsOf(url)).toBe(3)
    expect(await callsOf(url)).toBe(3)
  })
})

describe('whether calls are wanted', () => {
  it('is said as long as one worker takes them', async () => {
    const { together, url, workers } = await started(2)
    const ready = async () => {
      const { status, text } = await ask(url, '/ready')
      return [status, JSON.parse(text).state]
    }
    expect(await ready()).toEqual([200, 'ready'])
    workers[0].state = 'starting'
    expect(await ready()).toEqual([200, 'ready'])
    workers[1].state = 'starting'
    expect(await ready()).toEqual([503, 'starting'])
    workers[1].state = 'ready'
    together.isClosing = true
    expect(await ready()).toEqual([503, 'stopping'])
  })
})

describe('how everything is', () => {
  const detailed = async (url: URL): Promise<readonly [number, HealthAnswer]> => {
    const { status, text } = await ask(url, '/health/detailed')
    return [status, JSON.parse(text) as HealthAnswer]
  }

  it('is asked of every worker; what fails in some of them is degraded, in all of them unhealthy', async () => {
    let calls = 0
    let failing = 1
    const check = () => {
      calls += 1
      if (calls <= failing) throw new Error('No route.')
    }
    const { url } = await started(2, { checks: { db: check }, dashboard: false, checkTtlMs: 0, minSuccessRatio: 0 })
    const [status, some] = await detailed(url)
    expect([status, some.status, some.checks['db']?.status]).toEqual([200, 'degraded', 'degraded'])
    expect(some.checks['db']?.detail).toMatch(/^Worker \d: No route\.$/)
    expect(some.workers?.map(({ worker, state, status: own }) => [worker, state, own])).toEqual([
      [1, 'ready', 'unhealthy'],
      [2, 'ready', 'healthy'],
    ])
    calls = 0
    failing = 2
    const [worse, all] = await detailed(url)
    expect([worse, all.status, all.checks['db']?.status]).toEqual([503, 'unhealthy', 'unhealthy'])
    calls = 9
    expect((await detailed(url))[1]).toMatchObject({ status: 'healthy', ready: true, state: 'ready' })
  })

  it('is degraded when a worker does not answer or is not there, and unhealthy when none does', async () => {
    const { together, url, workers } = await started(2)
    workers[0].isStuck = true
    const [, stuck] = await detailed(url)
    expect(stuck.checks['workers']).toMatchObject({
      status: 'degraded',
      detail: 'Worker 1: It did not answer within 2 s.',
      numbers: { wanted: 2, missing: 1 },
    })
    await together.end(workers[1], true)
    const [status, gone] = await detailed(url)
    expect([status, gone.checks['workers']?.status]).toEqual([503, 'unhealthy'])
    expect(gone.checks['workers']?.detail).toContain('Worker 2: It is not there.')
  })
})

it('answers workers where it is, and looks after nobody once it is closed', async () => {
  const together = new Together(1)
  const seen = ops({ port: 0, metrics: own() })
  const { url } = await seen.start()
  together.begin()
  expect(together.answerers.get('ops')?.(null)).toBe(url.href)
  await seen.close()
  expect(together.answerers.size).toBe(0)
})
