import { describe, expect, it } from 'vitest'
import { breaking } from '../fixtures/breaking.ts'
import { settle } from '../fixtures/world.ts'
import { breaker } from '../index.ts'

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

describe('circuits by key', () => {
  it('are one for each operation', async () => {
    const world = breaking({ size: 1 })
    await world.play('fail')
    const [other] = await world.hold(1, { target: 'other' })
    expect(world.state?.type).toBe('open')
    expect(world.breaker.state('tools/call other')?.type).toBe('closed')
    expect(other?.outcome).toBe('open')
  })

  it('are what their author says: one for each upstream, say', async () => {
    const own = breaking({ size: 1, key: ({ input }) => (input as { host: string }).host })
    await own.hold(1, { target: 'a', input: { host: 'one' } })
    own.handler.calls[0]?.reject(new Error('broken'))
    await settle()
    const [same] = await own.hold(1, { target: 'b', input: { host: 'one' } })
    await expect(same?.answer).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
    const [other] = await own.hold(1, { target: 'a', input: { host: 'two' } })
    expect(other?.outcome).toBe('open')
    expect(own.breaker.keys()).toEqual(['one', 'two'])
    expect(own.breaker.state('three')).toBeUndefined()
  })

  it('are told apart when they are called like properties of objects', async () => {
    const own = breaking({ key: ({ target }) => target ?? '' })
    for (const target of ['__proto__', 'constructor']) await own.hold(1, { target })
    expect(own.breaker.keys()).toEqual(['__proto__', 'constructor'])
  })

  it('are shared by all who share the value, and by nobody else', async () => {
    const one = breaking({ size: 1 })
    await one.play('fail')
    expect(breaker().state('tools/call tool')).toBeUndefined()
    expect(one.breaker.state('tools/call tool')?.type).toBe('open')
  })

  const bounded = (maxKeys: number, openMs = 1000) =>
    breaking({ size: 1, maxKeys, openMs, key: ({ target }) => target ?? '' })
  const play = async (world: ReturnType<typeof bounded>, target: string, isOk: boolean) => {
    const before = world.handler.calls.length
    const [sent] = await world.hold(1, { target })
    const arrived = world.handler.calls[before]
    if (isOk) arrived?.resolve()
    else arrived?.reject(new Error('broken'))
    await settle()
    return sent
  }

  it('are no more than they may be, and those used lately stay', async () => {
    const world = bounded(10)
    for (const name of names(1000, 'k')) {
      await play(world, name, true)
      await play(world, 'often', true)
    }
    expect(world.breaker.keys()).toHaveLength(10)
    expect(world.breaker.keys()).toContain('often')
    expect(world.breaker.keys()).toContain('k999')
  })

  it('that are open stay, however many others are well', async () => {
    const world = bounded(4)
    for (const name of names(2, 'open')) await play(world, name, false)
    for (const name of names(100, 'k')) await play(world, name, true)
    expect(world.breaker.keys()).toHaveLength(4)
    for (const name of names(2, 'open')) expect(world.breaker.state(name)?.type).toBe('open')
  })

  it('that have calls under way stay', async () => {
    const world = bounded(3)
    await world.hold(1, { target: 'busy' })
    for (const name of names(50, 'k')) await play(world, name, true)
    expect(world.breaker.keys()).toContain('busy')
    world.handler.calls[0]?.reject(new Error('broken'))
    await settle()
    expect(world.breaker.state('busy')?.type).toBe('open')
  })

  it('that are all open make room, the one that has been for longest first', async () => {
    const world = bounded(3)
    for (const name of names(10, 'open')) {
      await play(world, name, false)
      world.clock.advance(1)
    }
    expect(world.breaker.keys().toSorted()).toEqual(['open7', 'open8', 'open9'])
    for (const name of ['open8', 'open9']) {
      await expect((await play(world, name, true))?.answer).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
    }
    await play(world, 'well', true)
    expect(world.breaker.keys().toSorted()).toEqual(['open8', 'open9', 'well'])
    // What is closed goes before what is open.
    await play(world, 'welcome', true)
    expect(world.breaker.keys().toSorted()).toEqual(['open8', 'open9', 'welcome'])
  })

  it('that all have calls under way or are forced leave no room: a new one works and is forgotten', async () => {
    const world = bounded(2)
    world.breaker.isolate('off')
    await world.hold(1, { target: 'busy' })
    for (const name of names(20, 'k')) {
      await play(world, name, false)
      expect((await play(world, name, true))?.outcome).toEqual({ result: { content: [] } })
    }
    expect(world.breaker.keys()).toEqual(['off', 'busy'])
  })

  it('that could be tried again and are not make room when nothing else does', async () => {
    const world = bounded(2)
    for (const name of names(2, 'open')) await play(world, name, false)
    world.clock.advance(1000)
    await play(world, 'new', true)
    expect(world.breaker.keys()).toEqual(['open1', 'new'])
    await play(world, 'newer', true)
    expect(world.breaker.keys()).toEqual(['open1', 'newer'])
  })

  it('that their owner has forced stay, even beyond the bound', async () => {
    const world = bounded(2)
    for (const name of names(5, 'off')) world.breaker.isolate(name)
    for (const name of names(20, 'k')) await play(world, name, true)
    expect(world.breaker.keys()).toEqual(names(5, 'off'))
  })

  it('that are half-open stay while a probe is out, and may go when none is', async () => {
    const world = bounded(1)
    await play(world, 'half', false)
    world.clock.advance(1000)
    await world.hold(1, { target: 'half' })
    await play(world, 'other', true)
    expect(world.breaker.keys()).toEqual(['half'])
    world.handler.calls[1]?.resolve()
    await settle()
    expect(world.breaker.state('half')?.type).toBe('halfOpen')
    for (const name of names(3, 'k')) await play(world, name, true)
    expect(world.breaker.keys()).toEqual(['k2'])
  })
})
