import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'

describe('the slot of a handler that goes on though its call was cancelled', () => {
  it('comes back where nobody may wait: whoever comes next looks for it', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 0, graceMs: 100 }))
    const [first] = await world.sendAll('hangs')
    first?.call.abort('too late')
    const [early] = await world.sendAll('search')
    expect(errorOf(early!)?.code).toBe('ERR_QUEUE_FULL')
    world.clock.advance(100)
    await world.sendAll('search')
    expect(world.started).toEqual(['hangs', 'search'])
    const [late] = await world.sendAll('search')
    expect(errorOf(late!)?.code).toBe('ERR_QUEUE_FULL')
  })

  it('goes to who finds it, where nobody who waits can use it', async () => {
    const own = queue({ maxConcurrent: 2, perPrincipal: 1, graceMs: 0, discipline: 'fifo' })
    const world = worldOf(own)
    world.send({ target: 'runs', principal: 'ann' })
    world.send({ target: 'waits', principal: 'ann' })
    const gone = world.send({ target: 'hangs', principal: 'bob' })
    await settle()
    world.clock.advance(20)
    gone.call.abort('too late')
    world.send({ target: 'finds', principal: 'cyd' })
    await settle()
    expect(world.started).toEqual(['runs', 'hangs', 'finds'])
    expect(own.state()).toMatchObject({ inFlight: 2, depth: 1 })
  })

  it('comes back once, also of a call that was cancelled as its turn came', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, graceMs: 0, discipline: 'fifo' }))
    await world.sendAll('first')
    const [second] = await world.sendAll('second')
    const finished = world.finish('first')
    // Admitted by now, and not begun: that takes a turn of the microtask queue.
    await Promise.resolve()
    second?.call.abort('gone')
    world.clock.advance(20)
    world.send({ target: 'third' })
    await finished
    await settle()
    await world.sendAll('fourth', 'fifth')
    expect(world.started).toHaveLength(2)
    await world.finish('third')
    expect(world.started).toHaveLength(3)
  })
})

describe('the slots of a principal', () => {
  it('are as few as was said, also where a call takes the place of the last of its own that waits', async () => {
    const own = queue({
      maxConcurrent: 1,
      maxQueued: 1100,
      perPrincipal: 1,
      discipline: 'fifo',
      fairBy: false,
      priority: ({ target }) => (target === 'urgent' ? 'critical' : 'low'),
    })
    const world = worldOf(own)
    world.send({ target: 'busy', principal: 'busy' })
    for (let n = 1099; n >= 0; n -= 1) world.send({ target: 'waits', principal: `p${n}` })
    await settle()
    world.send({ target: 'urgent', principal: 'p0' })
    world.send({ target: 'urgent', principal: 'p0' })
    own.limitTo(10)
    await settle()
    expect(world.started.filter((name) => name === 'urgent')).toHaveLength(1)
  })
})
