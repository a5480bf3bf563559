import { channel, RejectedError } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { aimed } from '../fixtures/aimed.ts'
import { linesOf } from '../fixtures/lines.ts'
import { metrics, targets } from '../index.ts'

describe('a target of time', () => {
  it('is breached when too many calls take too long, and says so once', async () => {
    const { own, goals, events, calls, seconds } = await aimed({ p95Ms: 100 })
    await calls(100, 50)
    await seconds(1)
    expect(goals.check()).toMatchObject([{ target: 'p95Ms', goal: 100, isBreached: false, since: undefined }])
    await calls(10, 200)
    await seconds(2)
    const value = 167.5
    expect(goals.check()).toEqual([{ target: 'p95Ms', goal: 100, value, of: undefined, isBreached: true, since: 2000 }])
    expect(events).toEqual([{ type: 'target.breached', target: 'p95Ms', goal: 100, value, of: undefined }])
    expect(await linesOf(own, 'mcp_target')).toEqual([
      'mcp_target_goal{target="p95Ms"} 100',
      'mcp_target_value{target="p95Ms"} 167.5',
      'mcp_target_breached{target="p95Ms"} 1',
      'mcp_target_breaches_total{target="p95Ms"} 1',
    ])
  })

  it('forgets what is longer ago than the window', async () => {
    const { goals, events, calls, seconds } = await aimed({ p99Ms: 100 })
    await calls(20, 5000)
    await seconds(1)
    await calls(20, 10)
    await seconds(9)
    expect(goals.check()[0]?.isBreached).toBe(true)
    await calls(20, 10)
    await seconds(2)
    expect(goals.check()[0]).toMatchObject({ isBreached: false, value: expect.closeTo(10, 0) })
    expect(events.map(({ type }) => type)).toEqual(['target.breached', 'target.recovered'])
  })

  it('does not count what was refused', async () => {
    const { goals, calls, seconds } = await aimed({ p95Ms: 100 })
    await calls(100, 5000, new RejectedError('no', { code: 'ERR_QUEUE_FULL' }))
    await calls(20, 50)
    await seconds(1)
    expect(goals.check()[0]).toMatchObject({ isBreached: false, value: expect.closeTo(49, 0) })
  })
})

describe('a target of success', () => {
  it('is reached again only with a margin', async () => {
    const { goals, events, calls, seconds } = await aimed({ successRatio: 0.9, marginRatio: 0.5 })
    await calls(85, 1)
    await calls(15, 1, { isError: true })
    await seconds(1)
    expect(goals.check()).toMatchObject([{ isBreached: true, value: 0.85 }])
    await calls(100, 1)
    await seconds(1)
    expect(goals.check()).toMatchObject([{ isBreached: true, value: 0.925 }])
    await calls(100, 1)
    await seconds(1)
    expect(goals.check()).toMatchObject([{ isBreached: false, value: 0.95 }])
    await calls(33, 1, new Error('broken'))
    await seconds(1)
    expect(goals.check()[0]?.isBreached).toBe(true)
    expect(events.map(({ type }) => type.slice(7))).toEqual(['breached', 'recovered', 'breached'])
  })

  it('says nothing of too few calls, and is not breached any more when hardly anybody calls', async () => {
    const { goals, events, calls, seconds } = await aimed({ successRatio: 0.9 })
    await calls(9, 1, { isError: true })
    await seconds(1)
    expect(goals.check()).toMatchObject([{ value: undefined, isBreached: false }])
    await calls(1, 1, { isError: true })
    await seconds(1)
    expect(goals.check()).toMatchObject([{ value: 0, isBreached: true }])
    await seconds(11)
    expect(goals.check()).toMatchObject([{ value: undefined, isBreached: false }])
    expect(events.at(-1)).toMatchObject({ type: 'target.recovered', value: undefined })
  })

  it('begins anew when the numbers do', async () => {
    const { own, goals, calls, seconds } = await aimed({ successRatio: 0.9 })
    await calls(50, 1, { isError: true })
    await seconds(1)
    own.registry.resetMetrics()
    await calls(20, 1)
    await seconds(1)
    expect(goals.check()).toMatchObject([{ value: undefined, isBreached: false }])
    await calls(20, 1)
    await seconds(1)
    expect(goals.check()).toMatchObject([{ value: 1, isBreached: false }])
  })
})

it('a target of the cache looks at lookups, fresh and stale answers being hits', async () => {
  const { goals, seconds } = await aimed({ hitRatio: 0.7 })
  const operation = 'tools/call x'
  const found = { operation, tier: 'memory', ageMs: 1, savedMs: 1 }
  for (let n = 0; n < 10; n += 1) channel('cache').publish({ type: 'cache.miss', operation, isShared: n > 5 })
  for (let n = 0; n < 9; n += 1) channel('cache').publish({ type: 'cache.hit', ...found })
  channel('cache').publish({ type: 'cache.stale', ...found })
  await seconds(1)
  expect(goals.check()).toMatchObject([{ target: 'hitRatio', value: 0.5, isBreached: true }])
})

it('a target of pools looks at the pool that is used most, on average, and names it', async () => {
  const { own, goals, seconds } = await aimed({ poolUseRatio: 0.8 })
  let busy = 10
  const stats = (pool: string, limit: number) => () => ({ pool, size: busy, busy, waiting: 0, limit })
  own.watch({ pool: { db: { stats: stats('db', 10) }, big: { stats: stats('big', 1000) } } })
  await seconds(1)
  expect(goals.check()).toMatchObject([{ value: 1, of: 'db', isBreached: true }])
  busy = 0
  await seconds(1)
  expect(goals.check()).toMatchObject([{ value: 0.5, isBreached: false }])
})

describe('targets', () => {
  it('show nothing of what nobody can say, and nothing at all once they are closed', async () => {
    const { own, goals, seconds } = await aimed({ p95Ms: 100, hitRatio: 0.7 })
    expect(goals.goals).toEqual({ p95Ms: 100, hitRatio: 0.7 })
    expect((await linesOf(own, 'mcp_target')).map((line) => line.split(' ')[0])).toEqual([
      'mcp_target_goal{target="p95Ms"}',
      'mcp_target_goal{target="hitRatio"}',
      'mcp_target_breached{target="p95Ms"}',
      'mcp_target_breached{target="hitRatio"}',
    ])
    goals.close()
    await seconds(2)
    expect(await linesOf(own, 'mcp_target')).toEqual([])
  })

  it('look no more when they are closed while they look', async () => {
    const own = metrics({ events: false, process: false })
    targets({ metrics: own, p95Ms: 1 }).close()
    await Promise.resolve()
    expect(await linesOf(own, 'mcp_target')).toEqual([])
  })

  const own = metrics({ events: false, process: false, buckets: [1] })
  it.each([
    [undefined, 'targets.metrics must be what metrics() gives: it has the numbers'],
    [{ p95Ms: 1 }, 'targets.metrics must be what metrics() gives: it has the numbers'],
    [{ metrics: {}, p95Ms: 1 }, 'targets.metrics must be what metrics() gives, got an object'],
    [{ metrics: own }, 'targets needs a target: p95Ms, p99Ms, successRatio, hitRatio, poolUseRatio'],
    [{ metrics: own, p95Ms: 0 }, 'targets.p95Ms must be a number above 0, got 0'],
    [{ metrics: own, successRatio: 99 }, 'targets.successRatio must be a number above 0 and at most 1, got 99'],
    [
      { metrics: own, p95Ms: 1001 },
      'targets.p95Ms must be at most the end of the last bucket of metrics, 1000, got 1001',
    ],
    [
      { metrics: own, p95Ms: 1, everyMs: 2000, windowMs: 1000 },
      'targets.everyMs must be at most windowMs, 1000, got 2000',
    ],
    [{ metrics: own, p59Ms: 1 }, 'targets.p59Ms is not an option; did you mean p95Ms?'],
  ])('say what is wrong with %o', (options, message) => {
    expect(() => targets(options as never)).toThrow(new TypeError(message))
  })
})
