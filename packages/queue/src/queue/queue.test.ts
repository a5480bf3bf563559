import { AsyncLocalStorage } from 'node:async_hooks'
import { outcomeOf, subscribe } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

describe.each<[string, QueueOptions]>([
  ['that finds its limit', {}],
  ['of one slot', { maxConcurrent: 1 }],
  ['with every limit and a discipline', { maxConcurrent: 2, perTool: 1, perPrincipal: 1, discipline: 'lifo' }],
  ['without a limit', { maxConcurrent: Infinity }],
])('a queue %s keeps the contract of a middleware', (_, options) => {
  for (const { name, run } of middlewareContract(() => queue(options))) it(name, run)
})

describe('a queue', () => {
  it('lets as many run as it is told, and the others wait for their turn', async () => {
    const world = worldOf(queue({ maxConcurrent: 2 }))
    await world.sendAll('a', 'b', 'c', 'd')
    expect(world.started).toEqual(['a', 'b'])
    await world.finish('b')
    expect(world.started).toEqual(['a', 'b', 'c'])
    await world.finish('a')
    expect(world.started).toEqual(['a', 'b', 'c', 'd'])
  })

  it('hands a freed slot to who waits, not to who comes at that moment', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    await world.sendAll('first', 'waiting')
    world.handler.calls[0]!.resolve()
    // The answer is out, and nobody has got to run yet.
    await Promise.resolve()
    await world.sendAll('late')
    expect(world.started).toEqual(['first', 'waiting'])
  })

  it('refuses what has no place to wait, in a sentence that says when to come back', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 1 }))
    const [running] = await world.sendAll('slow')
    world.clock.advance(200)
    await world.finish('slow')
    const sent = await world.sendAll('slow', 'search', 'search')
    expect(running!.outcome).toEqual({ result: { content: [] } })
    const error = errorOf(sent[2]!)!
    expect({ ...error, message: error.message, name: error.name }).toEqual({
      name: 'QueueFullError',
      kind: 'rejected',
      code: 'ERR_QUEUE_FULL',
      retryAfterMs: undefined,
      message: 'tools/call search was not started because too many calls are waiting.',
    })
    expect(error.stack).not.toContain('at ')
    expect(outcomeOf(error)).toBe('rejected')
    const known = await world.sendAll('slow')
    expect(errorOf(known[0]!)!.message).toBe(
      'tools/call slow was not started because too many calls are waiting; try again in 600 ms.',
    )
  })

  it('lets nothing wait when it is told so', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 0 }))
    const [, second] = await world.sendAll('a', 'b')
    expect(errorOf(second!)?.code).toBe('ERR_QUEUE_FULL')
    await world.finish('a')
    await world.sendAll('c')
    expect(world.started).toEqual(['a', 'c'])
  })

  it('refuses earlier than it must where that counts as unhealthy, but for what is critical', async () => {
    const own = queue({
      maxConcurrent: 1,
      maxQueued: 5,
      healthyRatio: 0.8,
      priority: (call) => (call.target === 'vital' ? 'critical' : 'normal'),
    })
    const world = worldOf(own)
    const sent = await world.sendAll('a', 'b', 'b', 'b')
    expect(own.state().isHealthy).toBe(true)
    const [last, refused, vital] = await world.sendAll('b', 'c', 'vital')
    expect(own.state().isHealthy).toBe(false)
    expect([...sent, last, vital].map((one) => one!.outcome)).toEqual(Array.from({ length: 6 }, () => 'open'))
    expect(errorOf(refused!)?.message).toContain('almost as many calls are waiting as may')
  })

  it('runs each handler in the async context of its own caller, whoever made room for it', async () => {
    const own = queue({ maxConcurrent: 1 })
    const context = new AsyncLocalStorage<string>()
    const seen: Array<string | undefined> = []
    const answers = ['ann', 'bob', 'cy'].map((name) =>
      context.run(name, () =>
        own(fakeCall(), async () => {
          await settle()
          seen.push(context.getStore())
          return { content: [] }
        }),
      ),
    )
    await Promise.all(answers)
    expect(seen).toEqual(['ann', 'bob', 'cy'])
  })

  it('says in the async context of its own caller that a call has started, and how long it waited', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    const context = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const stop = subscribe('queue', (event) => {
      if (event.type === 'queue.started') seen.push([context.getStore(), event.operation, event.waitMs])
    })
    for (const target of ['ann', 'bob']) context.run(target, () => world.send({ target }))
    await settle()
    world.clock.advance(50)
    await context.run('ann', () => world.finish('ann'))
    stop()
    expect(seen).toEqual([
      ['ann', 'tools/call ann', 0],
      ['bob', 'tools/call bob', 50],
    ])
  })

  it('forgets nobody in ten thousand calls that come and go', async () => {
    const own = queue({ maxConcurrent: 7, maxQueued: Infinity, discipline: 'fifo' })
    let most = 0
    let running = 0
    const next = async () => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      return { content: [] }
    }
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => own(fakeCall(), next)))
    expect(answers).toHaveLength(10_000)
    expect(most).toBe(7)
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0, oldestWaitMs: 0 })
  })
})
