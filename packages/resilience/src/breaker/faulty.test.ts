import { describe, expect, it } from 'vitest'
import { breaking } from '../fixtures/breaking.ts'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { breaker, timeout } from '../index.ts'

const error = new Error('faulty predicate')
const faulty = () => {
  throw error
}
const said = { type: 'breaker.isFailureFailed', name: 'breaker', operation: 'tools/call tool', error }

describe('an isFailure that throws', () => {
  it('has the call count as nothing; its caller gets the answer, and an event says why', async () => {
    const world = breaking({ isFailure: faulty })
    const events = await eventsOf(async () => {
      const [one, two] = await world.hold(2)
      world.handler.calls[0]?.resolve(resultOf(1))
      expect(await one?.answer).toEqual(resultOf(1))
      world.handler.calls[1]?.reject(new Error('broken'))
      await expect(two?.answer).rejects.toThrow('broken')
    })
    expect(world.state).toMatchObject({ type: 'closed', calls: 0 })
    expect(events).toEqual([said, said])
  })

  // Vitest fails on an exception that nobody catches, as a process ends.
  it('ends no process when a timeout gives the call up, and gives its permit back', async () => {
    const one = breaker({
      size: 1,
      openMs: 1000,
      jitterRatio: 0,
      halfOpenProbes: 1,
      isFailure: ({ outcome }) => (outcome === 'abandoned' ? faulty() : true),
    })
    const late = timeout({ timeoutMs: 100 })
    const world = worldOf((call, next) => late(call, (bounded) => one(bounded, next)))
    const failed = world.send()
    ;(await world.arrived(0)).reject(new Error('broken'))
    await failed.answer.catch(() => {})
    world.clock.advance(1000)
    const probe = world.send()
    await settle()
    expect(one.state('tools/call tool')).toMatchObject({ type: 'halfOpen', permits: 0 })
    const events = await eventsOf(async () => {
      world.clock.advance(100)
      await expect(probe.answer).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
      await settle()
    })
    expect(events).toContainEqual(said)
    expect(one.state('tools/call tool')).toMatchObject({ type: 'halfOpen', permits: 1 })
  })
})
