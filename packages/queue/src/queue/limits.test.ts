import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import { Gates } from './gates.ts'

describe('limits of tools', () => {
  it('hold for each tool, and nobody else waits for them', async () => {
    const world = worldOf(queue({ maxConcurrent: 10, perTool: { report: 1 } }))
    await world.sendAll('report', 'report', 'search', 'search', 'report', 'search')
    expect(world.started).toEqual(['report', 'search', 'search', 'search'])
    await world.finish('search')
    expect(world.started).toHaveLength(4)
    await world.finish('report')
    expect(world.started).toEqual(['report', 'search', 'search', 'search', 'report'])
  })

  it('may be the same for all tools, and are not for other methods', async () => {
    const own = queue({ maxConcurrent: 10, perTool: 1 })
    const world = worldOf(own)
    await world.sendAll('a', 'a', 'b')
    for (let n = 0; n < 2; n += 1) world.send({ method: 'resources/read', target: 'a' })
    await settle()
    expect(own.state()).toMatchObject({ inFlight: 4, depth: 1 })
  })

  it('let calls go first that came later to a tool with room', async () => {
    const world = worldOf(queue({ maxConcurrent: 2, perTool: { report: 1 } }))
    await world.sendAll('report', 'search', 'report', 'search')
    await world.finish('search')
    expect(world.started).toEqual(['report', 'search', 'search'])
    await world.finish('report')
    expect(world.started).toEqual(['report', 'search', 'search', 'report'])
  })
})

describe('limits of principals', () => {
  it('hold for each principal, anonymous callers being one', async () => {
    const own = queue({ maxConcurrent: 10, perPrincipal: 1 })
    const world = worldOf(own)
    for (const principal of ['ann', 'ann', 'bob', undefined, undefined])
      world.send({ target: `${principal}`, principal })
    await settle()
    expect(world.started).toEqual(['ann', 'bob', 'undefined'])
    await world.finish('undefined')
    await world.finish('ann')
    expect(world.started).toEqual(['ann', 'bob', 'undefined', 'undefined', 'ann'])
  })

  it('hold together with those of tools', async () => {
    const own = queue({ maxConcurrent: 3, perTool: 2, perPrincipal: 2 })
    const world = worldOf(own)
    for (const [target, principal] of [
      ['a', 'ann'],
      ['a', 'ann'],
      ['a', 'bob'],
      ['b', 'ann'],
      ['b', 'bob'],
      ['c', 'bob'],
    ]) {
      world.send({ target: target as string, principal })
    }
    await settle()
    expect(world.started).toEqual(['a', 'a', 'b'])
    expect(world.handler.calls[2]!.call.principal).toBe('bob')
    await world.finish('a')
    expect(world.started).toEqual(['a', 'a', 'b', 'a'])
    await world.finish('a')
    expect(world.handler.calls[4]!.call).toMatchObject({ target: 'b', principal: 'ann' })
    for (const name of ['a', 'b', 'b', 'c']) await world.finish(name)
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })

  it('are passed on when the one who would be next leaves', async () => {
    const world = worldOf(queue({ maxConcurrent: 2, perTool: { report: 1 } }))
    world.send({ target: 'report', principal: 'ann' })
    await settle()
    const gone = world.send({ target: 'report', principal: 'bob' })
    world.send({ target: 'report', principal: 'cyd' })
    await settle()
    gone.call.abort()
    await settle()
    await world.finish('report')
    expect(world.handler.calls.map(({ call }) => call.principal)).toEqual(['ann', 'cyd'])
  })

  it('take no memory for the many who have gone, and keep what is used or waited for', () => {
    const gates = new Gates(() => 1)
    const [waited, used] = ['waited', 'used'].map((name) => gates.of(name)!)
    waited!.wantedAt(0)
    used!.inUse = 1
    for (let n = 0; n < 1500; n += 1) gates.of(`new ${n}`)
    for (const gate of [waited, used]) gates.left(gate!)
    for (let n = 0; n < 1500; n += 1) gates.left(gates.of(`new ${n}`)!)
    expect(gates.size).toBeLessThanOrEqual(1002)
    expect(gates.of('waited')).toBe(waited)
    expect(gates.of('used')).toBe(used)
  })
})

describe('a tool that nobody may wait for any longer', () => {
  it('is congested by itself, and leaves others alone', async () => {
    const world = worldOf(queue({ maxConcurrent: 10, perTool: { report: 1 }, targetMs: 20, intervalMs: 100 }))
    const [, waiting] = await world.sendAll('report', 'report')
    world.clock.advance(100)
    await settle()
    expect(errorOf(waiting!)?.code).toBe('ERR_QUEUE_FULL')
    await world.sendAll('search')
    expect(world.started).toEqual(['report', 'search'])
    const [, short] = await world.sendAll('search', 'report')
    world.clock.advance(100)
    await settle()
    expect(errorOf(short!)?.code).toBe('ERR_QUEUE_FULL')
  })
})
