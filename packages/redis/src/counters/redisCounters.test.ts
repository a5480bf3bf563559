import type { Counters } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { pairOf } from '../fixtures/counters.ts'
import { eventually, failureOf, world } from '../fixtures/world.ts'
import { redisCounters } from './redisCounters.ts'

const full = pairOf(world({ 'maxmemory-policy': 'noeviction' }))
const pair = pairOf(world())

const ann = { limit: 'principal', key: 'ann' }
const slow = [{ everyMs: 100_000, burst: 3 }]

/** How long each of these would wait; the first that is not 0 within 10 s below the second. */
const waits = async (counters: readonly Counters[], cost = 1, maxWaitMs = 0) => {
  const found: number[] = []
  for (const one of counters) found.push((await one.take(ann, cost, slow, maxWaitMs)).waitMs)
  return found.map((ms) => Math.ceil(ms / 10_000) * 10_000)
}

describe('rates that processes share', () => {
  it('let a burst through, and count nothing for what comes too early', async () => {
    const { a, b } = pair()
    expect(await waits([a, b, a, b, a])).toEqual([0, 0, 0, 100_000, 100_000])
    expect((await b.take({ ...ann, key: 'bob' }, 1, slow, 0)).waitMs).toBe(0)
    expect((await b.take({ ...ann, limit: 'tool' }, 1, slow, 0)).waitMs).toBe(0)
  })

  it('give turns to those who wait', async () => {
    const { a, b } = pair()
    expect(await waits([a, b, a, b, a, b], 1, 200_000)).toEqual([0, 0, 0, 100_000, 200_000, 300_000])
    expect(await waits([a], 1, Infinity)).toEqual([300_000])
  })

  it('hold all at once, or nothing is counted', async () => {
    const { a } = pair()
    const rates = [
      { everyMs: 100_000, burst: 2 },
      { everyMs: 1_000_000, burst: 3 },
    ]
    for (let n = 0; n < 2; n += 1) expect((await a.take(ann, 1, rates, 0)).waitMs).toBe(0)
    const { waitMs, dueMs } = await a.take(ann, 1, rates, 0)
    expect(waitMs).toBeGreaterThan(90_000)
    expect(waitMs).toBeLessThanOrEqual(100_000)
    expect(dueMs[0]).toBeGreaterThan(190_000)
    expect(dueMs[1]).toBeGreaterThan(1_990_000)
    expect(dueMs[1]).toBeLessThanOrEqual(2_000_000)
  })

  it('count what a call costs, and never let one through that costs more than may come at once', async () => {
    const { a } = pair()
    expect((await a.take(ann, 4, slow, Infinity)).waitMs).toBe(Infinity)
    expect(await waits([a], 3)).toEqual([0])
    expect(await waits([a], 0)).toEqual([0])
    expect(await waits([a])).toEqual([100_000])
  })

  it('let exactly so many through in a time, to the end of a burst', async () => {
    const { a, b } = pair()
    // As many as come in two seconds: a busy machine may look after longer than it wants to, and has lost none.
    const rates = [{ everyMs: 5, burst: 400 }]
    const startedAt = performance.now()
    let through = 0
    let isMore = true
    while (performance.now() - startedAt < 300 || isMore) {
      const taken = await Promise.all([a, b, a, b].map(async (one) => one.take(ann, 1, rates, 0)))
      const free = taken.filter(({ waitMs }) => waitMs === 0).length
      through += free
      isMore = free === 4
    }
    const elapsedMs = performance.now() - startedAt
    expect(through).toBeLessThanOrEqual(400 + elapsedMs / 5)
    expect(through).toBeGreaterThanOrEqual(400 + Math.floor(elapsedMs / 5) - 2)
  })

  it('are forgotten by Redis when nothing is counted any more, and by all when somebody says so', async () => {
    const { a, b, run, root } = pair()
    await a.take(ann, 1, [{ everyMs: 20, burst: 1 }], 0)
    const name = `${root}:r:9:principal:k:ann`
    expect(await run((client) => client.pttl(name))).toBeLessThanOrEqual(21)
    await eventually(async () => (await run((client) => client.exists(name))) === 0, 'it is forgotten')
    await waits([a, a, a, a])
    await b.forget('principal', 'ann')
    expect(await waits([a, a, a, a])).toEqual([0, 0, 0, 100_000])
    await b.take({ limit: 'principa', key: 'l:x' }, 3, slow, 0)
    await b.forget('principal')
    expect(await waits([a])).toEqual([0])
    expect((await b.take({ limit: 'principa', key: 'l:x' }, 1, slow, 0)).waitMs).toBeGreaterThan(0)
    await b.take({ limit: '*[]?\\', key: 'x' }, 3, slow, 0)
    await b.forget('*[]?\\')
    expect((await b.take({ limit: '*[]?\\', key: 'x' }, 3, slow, 0)).waitMs).toBe(0)
  })

  it('have keys of any length and kind', async () => {
    const { a, b } = pair()
    for (const key of ['', ' ', '{a}{b}', 'é🔑', 'x'.repeat(10_000)]) {
      expect((await a.take({ ...ann, key }, 3, slow, 0)).waitMs, key).toBe(0)
      expect((await b.take({ ...ann, key }, 1, slow, 0)).waitMs, key).toBeGreaterThan(0)
    }
    expect((await b.take({ ...ann, key: `${'x'.repeat(10_000)}y` }, 3, slow, 0)).waitMs).toBe(0)
  })

  it.each<[string, (key: string) => [string, ...string[]]]>([
    ['garbage', (key) => ['SET', key, 'garbage', 'PX', '60000']],
    ['a time that never ends', (key) => ['SET', key, '1e300']],
    ['a set', (key) => ['SADD', key, 'garbage']],
    ['nothing', (key) => ['SET', key, '', 'PX', '60000']],
  ])('start afresh where Redis has %s', async (_, command) => {
    const { a, run, root } = pair()
    await run((client) => client.call(...command(`${root}:r:9:principal:k:ann`)))
    expect(await waits([a, a, a, a])).toEqual([0, 0, 0, 100_000])
  })

  it('work after Redis has forgotten its scripts, and fail where it is full', async () => {
    const { a, run } = full()
    await waits([a])
    await run((client) => client.script('FLUSH'))
    expect(await waits([a])).toEqual([0])
    await run((client) => client.config('SET', 'maxmemory', '1'))
    expect(await failureOf(Promise.resolve(a.take(ann, 1, slow, 0)))).toMatchObject({
      message: expect.stringContaining('OOM') as string,
    })
    await run((client) => client.config('SET', 'maxmemory', '0'))
  })
})

it.each<[string, object, string]>([
  ['no connection', {}, 'redisCounters.redis must be what redis() gives, got undefined'],
  ['a short lease', { redis: {}, leaseMs: 5 }, 'redisCounters.leaseMs must be an integer ≥ 100, got 5'],
  [
    'another namespace',
    { redis: {}, namespace: 'a:b' },
    "redisCounters.namespace must be letters, digits, '.', '_' and '-', got 'a:b'",
  ],
])('%s is refused in one sentence', (_, options, message) => {
  expect(() => redisCounters(options as never)).toThrow(message)
})
