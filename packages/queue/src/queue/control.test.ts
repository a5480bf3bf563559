import { describe, expect, it } from 'vitest'
import { errorOf, eventsOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'

describe('an owner', () => {
  it('may hold everything for a while, which nobody who waits is blamed for', async () => {
    const own = queue({ maxConcurrent: 2, targetMs: 20, intervalMs: 100 })
    const world = worldOf(own)
    await world.sendAll('a')
    own.pause()
    await world.sendAll('b', 'c')
    expect(own.state()).toMatchObject({ isPaused: true, inFlight: 1, depth: 2 })
    world.clock.advance(60_000)
    await world.finish('a')
    expect(world.started).toEqual(['a'])
    own.resume()
    await settle()
    expect(world.started).toEqual(['a', 'b', 'c'])
    expect(own.state().isPaused).toBe(false)
  })

  it('may hold it when nobody waits, and resume without effect', async () => {
    const own = queue()
    const world = worldOf(own)
    own.resume()
    own.pause()
    own.resume()
    await world.sendAll('a')
    expect(world.started).toEqual(['a'])
  })

  it('may empty it', async () => {
    const own = queue({ maxConcurrent: 1 })
    const world = worldOf(own)
    const [running, ...waiting] = await world.sendAll('a', 'b', 'c')
    own.clear()
    await settle()
    expect(waiting.map((one) => errorOf(one)?.code)).toEqual(['ERR_QUEUE_FULL', 'ERR_QUEUE_FULL'])
    expect(errorOf(waiting[0]!)?.message).toContain('the queue was emptied')
    expect(running!.outcome).toBe('open')
    expect(world.clock.timers).toBe(0)
  })

  it('may wait until nothing runs and nothing waits', async () => {
    const own = queue({ maxConcurrent: 1 })
    await own.idle()
    const world = worldOf(own)
    await world.sendAll('a', 'b')
    let isIdle = false
    void own.idle().then(() => (isIdle = true))
    await world.finish('a')
    expect(isIdle).toBe(false)
    await world.finish('b')
    expect(isIdle).toBe(true)
  })

  it('may change the limit while calls run', async () => {
    const own = queue({ maxConcurrent: 1 })
    const world = worldOf(own)
    await world.sendAll('a', 'b', 'c', 'd')
    own.limitTo(3)
    await settle()
    expect(world.started).toEqual(['a', 'b', 'c'])
    own.limitTo(1)
    await world.finish('a')
    await world.finish('b')
    expect(world.started).toEqual(['a', 'b', 'c'])
    await world.finish('c')
    expect(world.started).toEqual(['a', 'b', 'c', 'd'])
    own.limitTo({ initial: 7 })
    expect(own.state().limit).toBe(7)
    expect(() => own.limitTo(0)).toThrow('queue.maxConcurrent must be an integer ≥ 1 or Infinity or an object, got 0')
  })

  it('sees how things stand', async () => {
    const own = queue({ maxConcurrent: 2, maxQueued: 10, healthyRatio: 0.5, priority: { b: 'low', c: 'high' } })
    const world = worldOf(own)
    await world.sendAll('a', 'a', 'b')
    world.clock.advance(30)
    await world.sendAll('b', 'c', 'd')
    expect(own.state()).toEqual({
      limit: 2,
      inFlight: 2,
      depth: 4,
      depthOf: { critical: 0, high: 1, normal: 1, low: 2 },
      oldestWaitMs: 30,
      isHealthy: true,
      isPaused: false,
    })
  })
})

describe('what a queue says', () => {
  it('is what happened to a call, and how things stood then', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 1, name: 'own', priority: { b: 'high' } }))
    const events = await eventsOf(async () => {
      await world.sendAll('a', 'b', 'c')
      world.clock.advance(40)
      await world.finish('a')
      const [last] = await world.sendAll('d')
      world.clock.advance(5)
      last!.call.abort()
    })
    const at = { queue: 'own', limit: 1 }
    expect(events).toEqual([
      { type: 'queue.started', operation: 'tools/call a', priority: 'normal', waitMs: 0, ...at, inFlight: 1, depth: 0 },
      { type: 'queue.queued', operation: 'tools/call b', priority: 'high', ...at, inFlight: 1, depth: 1 },
      {
        type: 'queue.rejected',
        operation: 'tools/call c',
        priority: 'normal',
        reason: 'full',
        waitMs: 0,
        rejected: 1,
        retryAfterMs: undefined,
        ...at,
        inFlight: 1,
        depth: 1,
      },
      { type: 'queue.started', operation: 'tools/call b', priority: 'high', waitMs: 40, ...at, inFlight: 1, depth: 0 },
      { type: 'queue.queued', operation: 'tools/call d', priority: 'normal', ...at, inFlight: 1, depth: 1 },
      { type: 'queue.left', operation: 'tools/call d', priority: 'normal', waitMs: 5, ...at, inFlight: 1, depth: 0 },
    ])
  })
})
