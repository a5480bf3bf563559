import { cancellation, withCall } from '@millrace/core'
import { fakeCall, held } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { errorOf, eventsOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'

describe('a call that waits and is cancelled', () => {
  it('leaves at once, with the reason, and its place is free', async () => {
    const own = queue({ maxConcurrent: 1, maxQueued: 2 })
    const world = worldOf(own)
    const [, second, third] = await world.sendAll('a', 'b', 'c')
    second!.call.abort('gone')
    await settle()
    expect(second!.outcome).toEqual({ error: 'gone' })
    expect(own.state().depth).toBe(1)
    const [fourth] = await world.sendAll('d')
    expect(fourth!.outcome).toBe('open')
    await world.finish('a')
    await world.finish('c')
    expect(world.started).toEqual(['a', 'c', 'd'])
    expect(third!.outcome).toEqual({ result: { content: [] } })
  })

  it.each([
    ['the only one', ['b'], []],
    ['the first', ['b'], ['c', 'd']],
    ['one in the middle', ['c'], ['b', 'd']],
    ['the last', ['d'], ['b', 'c']],
    ['all of them', ['b', 'c', 'd'], []],
    ['all but the last', ['b', 'c'], ['d']],
  ])('keeps nobody behind it waiting when it was %s', async (_, gone, left) => {
    const own = queue({ maxConcurrent: 1 })
    const world = worldOf(own)
    const names = [...new Set(['b', ...gone, ...left])].toSorted()
    const sent = await world.sendAll('a', ...names)
    for (const one of sent) if (gone.includes(String(one.call.target))) one.call.abort()
    for (const name of ['a', ...left]) await world.finish(name)
    expect(world.started).toEqual(['a', ...left])
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
    expect(world.clock.timers).toBe(0)
  })

  it('takes its slot to nobody when it is cancelled between getting and using it', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    const [, second] = await world.sendAll('a', 'b', 'c')
    world.handler.calls[0]!.resolve()
    // Its slot is handed over in the microtask in which the first is answered, and used in a later one.
    await Promise.resolve()
    second!.call.abort('gone')
    await settle()
    expect(second!.outcome).toEqual({ error: 'gone' })
    expect(world.started).toEqual(['a', 'c'])
  })

  it('is never started when it was cancelled before it came', async () => {
    const own = queue()
    const handler = held()
    const call = fakeCall()
    call.abort('gone')
    await expect(own(call, handler.next)).rejects.toBe('gone')
    expect(handler.calls).toEqual([])
  })
})

describe('a slot comes back', () => {
  const endings: ReadonlyArray<[string, () => Promise<never>]> = [
    ['rejects', () => Promise.reject(new Error('own'))],
    [
      'throws before it gives a promise',
      () => {
        throw new Error('own')
      },
    ],
  ]
  it.each(endings)('when a handler %s', async (_, next) => {
    const own = queue({ maxConcurrent: 1 })
    const run = async () => own(fakeCall(), next)
    for (let n = 0; n < 3; n += 1) await expect(run()).rejects.toThrow('own')
    expect(own.state().inFlight).toBe(0)
  })

  it('when a handler fails, to the next one who waits', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    const [first] = await world.sendAll('a', 'b')
    await world.finish('a', new Error('own'))
    expect(errorOf(first!)?.message).toBe('own')
    expect(world.started).toEqual(['a', 'b'])
  })

  it('when a cancelled handler stops', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, graceMs: Infinity }))
    const [first] = await world.sendAll('a', 'b')
    first!.call.abort('gone')
    await settle()
    expect(world.started).toEqual(['a'])
    await world.finish('a', 'gone')
    expect(world.started).toEqual(['a', 'b'])
  })

  it('from a handler that never settles, a grace after its call was cancelled or given up on', async () => {
    const own = queue({ maxConcurrent: 1, graceMs: 500, discipline: 'fifo' })
    const world = worldOf(own)
    const outer = cancellation()
    const inner = withCall(fakeCall({ target: 'hangs', clock: world.clock }), { cancellation: outer })
    const answer = own(inner, world.handler.next)
    const [waiting] = await world.sendAll('b')
    world.clock.advance(400)
    outer.abort('timed out')
    const events = await eventsOf(async () => {
      world.clock.advance(450)
      await settle()
      expect(world.started).toEqual(['hangs'])
      world.clock.advance(250)
      await settle()
    })
    expect(world.started).toEqual(['hangs', 'b'])
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'queue.overran', operation: 'tools/call hangs', inFlight: 1, depth: 1 }),
    )
    // What it does in the end is its own business, and frees nothing a second time.
    world.handler.calls[0]!.resolve()
    await expect(answer).resolves.toEqual({ content: [] })
    expect(own.state().inFlight).toBe(1)
    await world.finish('b')
    expect(waiting!.outcome).toEqual({ result: { content: [] } })
    expect(own.state().inFlight).toBe(0)
  })

  it('at once, without any grace, as soon as somebody wants it', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, graceMs: 0 }))
    const [first] = await world.sendAll('a')
    first!.call.abort()
    await world.sendAll('b')
    expect(world.started).toEqual(['a', 'b'])
  })

  it('never, while it goes on, where an owner says so', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, graceMs: Infinity, discipline: 'fifo' }))
    const [first] = await world.sendAll('a', 'b')
    first!.call.abort()
    world.clock.advance(1e6)
    await settle()
    expect(world.started).toEqual(['a'])
  })
})
