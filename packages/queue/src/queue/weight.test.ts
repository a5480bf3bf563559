import type { Call } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

/** A call to `x3` weighs 3. */
const weight = ({ target }: Call): number => Number(target?.slice(1))

const weighed = (options: QueueOptions = {}) => {
  const own = queue({ maxConcurrent: 4, discipline: 'fifo', weight, ...options })
  return { ...worldOf(own), own }
}

describe('a call that weighs more than others', () => {
  it('takes as many slots, and gives them all back', async () => {
    const { own, handler, sendAll, finish } = weighed()
    await sendAll('x3', 'x1', 'x1')
    expect(own.state()).toMatchObject({ limit: 4, inFlight: 4, depth: 1 })
    await finish('x3')
    expect(own.state()).toMatchObject({ inFlight: 2, depth: 0 })
    for (const name of ['x1', 'x1']) await finish(name, new Error('broken'))
    expect(own.state().inFlight).toBe(0)
    expect(handler.calls).toHaveLength(3)
  })

  it('waits until there are as many, and nobody who comes later takes them one by one', async () => {
    const { own, handler, sendAll, finish } = weighed()
    const started = () => handler.calls.map(({ call }) => call.target)
    await sendAll('x1', 'x1', 'x1', 'x3', 'x1', 'x1')
    expect(started()).toEqual(['x1', 'x1', 'x1'])
    await finish('x1')
    expect(own.state()).toMatchObject({ inFlight: 2, depth: 3 })
    await finish('x1')
    expect(started()).toEqual(['x1', 'x1', 'x1', 'x3'])
    await finish('x3')
    expect(started().slice(4)).toEqual(['x1', 'x1'])
  })

  it('runs alone where it weighs more than the limit, also than one that has fallen meanwhile', async () => {
    const { own, handler, sendAll, finish } = weighed()
    await sendAll('x1', 'x9', 'x1')
    expect(own.state()).toMatchObject({ inFlight: 1, depth: 2 })
    await finish('x1')
    expect(own.state()).toMatchObject({ inFlight: 9, depth: 1 })
    await finish('x9')
    await sendAll('x4', 'x1')
    own.limitTo(2)
    await finish('x1')
    expect(handler.calls.at(-1)!.call.target).toBe('x4')
    await finish('x4')
    expect(own.state()).toMatchObject({ inFlight: 1, depth: 0 })
  })

  it('lets go what matters more and needs less', async () => {
    const { handler, sendAll, finish } = weighed({ priority: { x1: 'critical' } })
    await sendAll('x3', 'x2', 'x1')
    expect(handler.calls.map(({ call }) => call.target)).toEqual(['x3', 'x1'])
    await finish('x3')
    expect(handler.calls.at(-1)!.call.target).toBe('x2')
  })

  it.each<[string, QueueOptions]>([
    ['is cancelled', {}],
    ['has waited for too long', { maxWaitMs: 50 }],
  ])('keeps nobody waiting once it %s', async (how, options) => {
    const { own, clock, handler, sendAll } = weighed(options)
    await sendAll('x3')
    const [heavy] = await sendAll('x2')
    clock.advance(30)
    await sendAll('x1')
    expect(handler.calls).toHaveLength(1)
    if (how === 'is cancelled') heavy!.call.abort('gone')
    else clock.advance(30)
    await settle()
    expect(errorOf(heavy!)).toBeDefined()
    expect(handler.calls.map(({ call }) => call.target)).toEqual(['x3', 'x1'])
    expect(own.state()).toMatchObject({ inFlight: 4, depth: 0 })
    await sendAll('x1')
    expect(own.state().depth).toBe(1)
  })

  it('keeps nobody waiting once it has made room, or everybody has been sent away', async () => {
    const { own, handler, sendAll, finish } = weighed({ maxQueued: 1, priority: { x1: 'high' } })
    await sendAll('x3', 'x2', 'x1')
    expect(handler.calls.map(({ call }) => call.target)).toEqual(['x3', 'x1'])
    await sendAll('x2')
    await finish('x1')
    own.clear()
    await sendAll('x1')
    expect(own.state()).toMatchObject({ inFlight: 4, depth: 0 })
  })

  it('counts as one call of its tool and of its principal', async () => {
    const { handler, sendAll } = weighed({ perTool: 2, perPrincipal: 2 })
    await sendAll('x2', 'x2', 'x2')
    expect(handler.calls).toHaveLength(2)
  })

  it('is written off with all that it has, where it hangs and the limit finds itself', async () => {
    const { own, clock, handler, sendAll, finish } = weighed({ maxConcurrent: { initial: 4, min: 4, max: 4 } })
    for (const name of ['x1', 'x2']) {
      for (let n = 0; n < 40; n += 1) {
        await sendAll(name)
        clock.advance(10)
        await finish(name)
      }
    }
    for (let round = 0; round < 6; round += 1) {
      await sendAll('x2', 'x2', 'x1', 'x1')
      expect(own.state()).toMatchObject({ inFlight: 4, depth: 2 })
      clock.advance(400)
      await settle()
      const started = handler.calls.slice(80 + 4 * round).map(({ call }) => call.target)
      expect(started).toEqual(['x2', 'x2', 'x1', 'x1'])
      expect(own.state()).toMatchObject({ inFlight: 4, depth: 0 })
      for (const name of started) await finish(name!)
      expect(own.state().inFlight).toBe(0)
    }
  })

  it('never makes more than twice the limit, with all that hangs', async () => {
    const { clock, handler, sendAll } = weighed({ maxConcurrent: { initial: 10, min: 10, max: 10 } })
    await sendAll(...Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? 'x9' : 'x8')))
    for (let seconds = 0; seconds < 30; seconds += 1) {
      clock.advance(1000)
      await settle()
    }
    const weights = handler.calls.map(({ call }) => weight(call))
    expect(weights.length).toBeGreaterThan(1)
    expect(weights.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(20)
  })

  it('does not keep the limit from being found where it takes all of it', async () => {
    const { own, clock, sendAll, finish } = weighed({ maxConcurrent: { initial: 4 } })
    await sendAll('x5', 'x5', 'x5')
    for (let n = 0; n < 400; n += 1) {
      await sendAll('x5')
      clock.advance(10)
      await finish('x5')
    }
    expect(own.state().limit).toBeGreaterThan(5)
  })

  it.each([[0], [1.5], [NaN], ['2']])('weighs an integer from 1 on, and not %j', (bad) => {
    const own = queue({ weight: () => bad as number })
    const { send } = worldOf(own)
    expect(() => send()).toThrow(`queue.weight must give an integer ≥ 1, got ${bad}`)
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })
})
