import { expect, it } from 'vitest'
import { breaking } from '../fixtures/breaking.ts'
import { settle } from '../fixtures/world.ts'

const key = 'tools/call tool'

it('a breaker that has seen nothing says so', () => {
  const { breaker } = breaking()
  expect(breaker.stats()).toEqual({
    successes: 0,
    failures: 0,
    slowCalls: 0,
    ignored: 0,
    rejected: 0,
    running: 0,
    opened: 0,
    openedAt: undefined,
  })
  expect(breaker.stats(key)).toBeUndefined()
})

it('statistics go on when the window forgets, and when the circuit closes again', async () => {
  const world = breaking({ size: 2, slowCallMs: 50, openMs: 1000, halfOpenProbes: 1 }, 5000)
  await world.play('ok', 'ok', 'ok', 'fail', 'slowFail', 'ok')
  expect(world.breaker.stats(key)).toMatchObject({ successes: 3, failures: 1, rejected: 2, opened: 1, openedAt: 5000 })
  world.clock.advance(1000)
  await world.play('ok', 'ok', 'slow')
  expect(world.state).toEqual({ type: 'closed', calls: 2, failures: 0, slowCalls: 1 })
  expect(world.breaker.stats(key)).toMatchObject({ successes: 6, rejected: 2, slowCalls: 1, opened: 1, openedAt: 5000 })
})

it('a call that counts as nothing is counted as that, a late one as what it came to', async () => {
  const world = breaking({ size: 1 })
  const [gone, invalid, late, last] = await world.hold(4)
  gone!.call.abort()
  world.handler.calls[0]!.reject(new Error('stopped'))
  world.handler.calls[1]!.reject(Object.assign(new Error('no such tool'), { code: -32602 }))
  await settle()
  expect(invalid!.outcome).not.toBe('open')
  expect(world.breaker.stats()).toMatchObject({ ignored: 2, running: 2, failures: 0 })
  world.handler.calls[2]!.reject(new Error('broken'))
  await settle()
  world.handler.calls[3]!.resolve()
  await settle()
  expect([late!.outcome, last!.outcome]).not.toContain('open')
  expect(world.state?.type).toBe('open')
  expect(world.breaker.stats()).toMatchObject({ ignored: 2, running: 0, failures: 1, successes: 1, opened: 1 })
})

it('the breaker counts for all circuits, also those it does not remember any more', async () => {
  const world = breaking({ maxKeys: 2 })
  for (let n = 0; n < 10; n += 1) {
    await world.hold(1, { target: `t${n}` })
    world.handler.calls[n]!.resolve()
    await settle()
  }
  expect(world.breaker.keys()).toHaveLength(2)
  expect(world.breaker.stats()).toMatchObject({ successes: 10, running: 0 })
  expect(world.breaker.stats('tools/call t9')).toMatchObject({ successes: 1 })
  expect(world.breaker.stats('tools/call t0')).toBeUndefined()
})

it('what its owner does is no opening of its own, and a disabled one counts nothing', async () => {
  const world = breaking()
  world.breaker.isolate(key)
  await world.play('ok')
  world.breaker.disable(key)
  await world.play('ok', 'fail')
  expect(world.breaker.stats()).toMatchObject({ rejected: 1, opened: 0, successes: 0, failures: 0, running: 0 })
})

it('statistics are those of the moment they were asked for', async () => {
  const world = breaking()
  const before = world.breaker.stats()
  await world.play('ok')
  expect([before.successes, world.breaker.stats().successes]).toEqual([0, 1])
})
