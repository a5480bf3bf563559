import { metrics } from '@millrace/metrics'
import { Gauge } from 'prom-client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ask, bearer, token } from '../fixtures/ask.ts'
import { scene } from '../fixtures/scene.ts'
import type { Scene } from '../fixtures/scene.ts'
import type { OpsOptions } from '../index.ts'
import { streamOf } from './fixtures/stream.ts'

const playing = async (options: OpsOptions = {}, more: readonly string[] = []): Promise<Scene & { url: URL }> => {
  const made = await scene(options, more)
  onTestFinished(() => made.close())
  return { ...made, url: (await made.seen.start()).url }
}

describe('the page', () => {
  it('comes with all it needs, and with a policy that lets nothing else in', async () => {
    const { url } = await playing()
    const page = await ask(url, '/dashboard')
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'; style-src 'self';"),
    })
    const wanted = new Set(['/dashboard/app.js'])
    for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) wanted.add(path!)
    for (const path of wanted) {
      const { status, text, headers } = await ask(url, path)
      expect({ path, status }).toEqual({ path, status: 200 })
      expect(headers['content-type']).toMatch(path.endsWith('.js') ? /javascript/ : /css|svg/)
      for (const [, name] of text.matchAll(/from '\.\/([^']+)'/g)) wanted.add(`/dashboard/${name}`)
    }
    expect(wanted.size).toBeGreaterThan(10)
    expect(page.text).not.toMatch(/<style|<script(?! type="module" src)| style=| on\w+=/)
  })

  it('is not there when nobody wants it', async () => {
    const numbers = metrics()
    const { url } = await playing({ metrics: numbers, dashboard: false })
    expect((await ask(url, '/dashboard')).status).toBe(404)
    expect((await ask(url, '/metrics')).status).toBe(200)
    numbers.close()
  })
})

describe('the stream', () => {
  it('begins with the past, also of the time when nobody looked, and goes on once an interval', async () => {
    const { url, clock, play } = await playing({ dashboard: { historyMs: 60_000 } })
    await play(80)
    const stream = await streamOf(url)
    const { event, data } = await stream.next()
    expect(event).toBe('hello')
    expect(data.mostPoints).toBe(30)
    expect(data.points?.length).toBe(30)
    expect(data.snapshot.now.calls).toBeGreaterThan(1_000)
    expect(data.snapshot.tools[0]).toMatchObject({ operation: 'tools/call city_details', successRatio: 1 })
    clock.advance(2_000)
    const { event: tick, data: more } = await stream.next()
    expect(tick).toBe('tick')
    expect(more.point?.at).toBeGreaterThan(data.points!.at(-1)!.at)
  })

  it('shows what is broken, since when, and that it is well again', async () => {
    const { url, play } = await playing({ dashboard: { targets: { p95Ms: 1, successRatio: 0.999, hitRatio: 0.999 } } })
    await play(130)
    await play(40, true)
    const { data } = await (await streamOf(url)).next()
    const { snapshot } = data
    expect(snapshot.before?.calls).toBeGreaterThan(1_000)
    expect(snapshot.alerts.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        'breaker breaker tools/call weather',
        'target p95Ms',
        'target hitRatio',
        'target successRatio',
      ]),
    )
    expect(snapshot.alerts.find(({ key }) => key.startsWith('breaker'))).toMatchObject({
      severity: 'critical',
      text: expect.stringMatching(
        /^The breaker of tools\/call weather is open\. It refused \d+ calls in the last minute\.$/,
      ),
    })
    expect(snapshot.breakers[0]).toMatchObject({ breaker: 'breaker', key: 'tools/call weather', state: 'open' })
    expect(snapshot.errors.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['failed', 'rejected', 'breaker: open']),
    )
    expect(snapshot.pools).toEqual([
      expect.objectContaining({ pool: 'atlas', kind: 'postgres', total: 6, limit: 10, waiting: 0 }),
    ])
    expect(snapshot.tiers).toEqual([expect.objectContaining({ tier: 'memory', entries: expect.any(Number) })])
    await play(90)
    const later = await (await streamOf(url)).next()
    expect(later.data.snapshot.breakers[0]).toMatchObject({ state: 'closed' })
    expect(later.data.snapshot.alerts.some(({ key }) => key.startsWith('breaker'))).toBe(false)
  })

  it('says that metrics cannot be read, and goes on when they can', async () => {
    const numbers = metrics({ process: false })
    const { url, clock } = await playing({ metrics: numbers })
    let isBroken = true
    numbers.registry.removeSingleMetric('concurrent_requests')
    numbers.registry.registerMetric(
      new Gauge({
        name: 'concurrent_requests',
        help: 'theirs',
        registers: [],
        collect: () => {
          if (isBroken) throw new Error('no numbers')
        },
      }),
    )
    const stream = await streamOf(url)
    await stream.next()
    clock.advance(2_000)
    expect(await stream.next()).toEqual({ event: 'trouble', data: 'The metrics cannot be read: no numbers' })
    isBroken = false
    await new Promise(setImmediate)
    clock.advance(2_000)
    expect((await stream.next()).event).toBe('tick')
    numbers.close()
  })

  it('does not wait for a check that hangs, and shows what it said in time', async () => {
    const { url, clock } = await playing({ checks: { frozen: () => new Promise(() => {}) }, checkMs: 1_000 })
    const stream = await streamOf(url)
    await stream.next()
    clock.advance(2_000)
    await stream.next()
    await new Promise(setImmediate)
    clock.advance(2_000)
    const { data } = await stream.next()
    expect(data.snapshot.checks['frozen']).toMatchObject({ status: 'unhealthy' })
    expect(data.snapshot.alerts).toContainEqual(expect.objectContaining({ key: 'check frozen', severity: 'critical' }))
  })

  it('is written once for all pages, and not at all for none', async () => {
    const { url, clock, play } = await playing()
    await play(5)
    const writes = async (pages: number): Promise<number> => {
      const streams = await Promise.all(Array.from({ length: pages }, () => streamOf(url)))
      await Promise.all(streams.map((stream) => stream.next()))
      const written = vi.spyOn(JSON, 'stringify')
      clock.advance(2_000)
      const ticks = await Promise.all(streams.map((stream) => stream.next()))
      // Metrics write the names of new series, when the garbage is collected for instance; only pages get short numbers.
      const { length } = written.mock.calls.filter(([, shortened]) => typeof shortened === 'function')
      written.mockRestore()
      expect(new Set(ticks.map(({ data }) => data.snapshot.at)).size).toBe(1)
      return length
    }
    expect(await writes(1)).toBe(2)
    expect(await writes(20)).toBe(2)
  })

  it('is for a bounded number of pages, and ends when the listener closes', async () => {
    const { url, seen } = await playing()
    const streams = await Promise.all(Array.from({ length: 100 }, () => streamOf(url)))
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await streamOf(url)).status).toBe(503)
    await seen.close()
    await Promise.all(streams.map(({ ended }) => ended))
  })
})

describe('the switch of a breaker', () => {
  const post = (url: URL, query: string, headers = {}) =>
    ask(url, `/dashboard/breaker?${query}`, { method: 'POST', headers: { ...bearer, 'x-millrace': '1', ...headers } })

  it('isolates and closes a circuit for who knows the token', async () => {
    const { url, guard, play } = await playing({ token })
    await play(5)
    const key = encodeURIComponent('tools/call weather')
    expect(await post(url, `key=${key}&to=isolated`)).toMatchObject({
      status: 200,
      text: '{"key":"tools/call weather","state":"isolated"}\n',
    })
    expect(guard.state('tools/call weather')?.type).toBe('isolated')
    expect(await post(url, `key=${key}&to=closed`)).toMatchObject({ status: 200 })
    expect(guard.state('tools/call weather')?.type).toBe('closed')
    expect(await post(url, `key=${key}&to=disabled`)).toMatchObject({ status: 400 })
    expect(await post(url, 'to=closed')).toMatchObject({ status: 404 })
    expect((await post(url, `key=${key}&to=isolated`, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await post(url, `key=${key}&to=isolated`, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(guard.state('tools/call weather')?.type).toBe('closed')
  })

  it('does nothing where there is no token', async () => {
    const { url, guard, play } = await playing()
    await play(5)
    expect((await post(url, 'key=tools%2Fcall+weather&to=isolated')).status).toBe(403)
    expect(guard.state('tools/call weather')?.type).toBe('closed')
  })
})
