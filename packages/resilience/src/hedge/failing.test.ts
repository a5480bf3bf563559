import { isAborted, keepCause, RejectedError } from '@millrace/core'
import type { Result } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { delayMs, warm } from '../fixtures/hedging.ts'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { hedge } from '../index.ts'

describe('an attempt that fails', () => {
  const broken = new Error('broken')

  it('ends the call when there is no other, without a second', async () => {
    const world = await warm()
    const sent = world.send()
    ;(await world.attempt(0)).reject(broken)
    await expect(sent.answer).rejects.toBe(broken)
    expect(world.clock.timers).toBe(0)
  })

  it.each([0, 1])('does not end the call while another runs: %i', async (loser) => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const both = [await world.attempt(0), await world.attempt(1)]
    both[loser]?.reject(broken)
    await settle()
    expect(sent.outcome).toBe('open')
    both[1 - loser]?.resolve(resultOf('good'))
    expect(await sent.answer).toEqual(resultOf('good'))
  })

  it('gives the caller the first failure when all have failed', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const [one, two] = [await world.attempt(0), await world.attempt(1)]
    two.reject(broken)
    await settle()
    one.reject(new Error('later'))
    await expect(sent.answer).rejects.toBe(broken)
  })

  it('counts as failed when an SDK hid its error, and as answered when the tool said so itself', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const [one, two] = [await world.attempt(0), await world.attempt(1)]
    const result = { content: [], isError: true }
    keepCause(one.call, result, broken)
    one.resolve(result)
    await settle()
    expect(sent.outcome).toBe('open')
    two.resolve({ content: [], isError: true, own: true })
    expect(await sent.answer).toMatchObject({ own: true })
  })

  it('gives the caller the hidden failure when the others were refused', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const [one, two] = [await world.attempt(0), await world.attempt(1)]
    const result = { content: [], isError: true }
    keepCause(one.call, result, broken)
    one.resolve(result)
    await settle()
    two.reject(new RejectedError('full', { code: 'ERR_QUEUE_FULL' }))
    expect(await sent.answer).toBe(result)
  })

  it('ends the call at once when it is the request that is wrong', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const [one, two] = [await world.attempt(0), await world.attempt(1)]
    const invalid = Object.assign(new Error('invalid'), { code: -32602 })
    two.reject(invalid)
    await expect(sent.answer).rejects.toBe(invalid)
    expect(isAborted(one.call)).toBe(true)
  })

  it('ends the call at once also when an SDK hid what is wrong with the request', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const [one, two] = [await world.attempt(0), await world.attempt(1)]
    const events = await eventsOf(async () => {
      const result = { content: [], isError: true }
      keepCause(two.call, result, Object.assign(new Error('invalid'), { code: -32602 }))
      two.resolve(result)
      expect(await sent.answer).toBe(result)
    })
    expect(isAborted(one.call)).toBe(true)
    // Neither does it win: nothing has been answered.
    expect(events).toEqual([])
  })

  it('is measured neither as quick nor as slow when an SDK hid that the request was wrong', async () => {
    const world = worldOf(hedge({ minSamples: 1, budgetRatio: 1 }))
    const sent = world.send()
    const first = await world.arrived(0)
    const result = { content: [], isError: true }
    keepCause(first.call, result, Object.assign(new Error('invalid'), { code: -32602 }))
    first.resolve(result)
    await sent.answer
    world.send()
    world.clock.advance(1e6)
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('is measured neither as quick nor as slow', async () => {
    const world = worldOf(hedge({ minSamples: 1, budgetRatio: 1 }))
    const sent = world.send()
    ;(await world.arrived(0)).reject(broken)
    await sent.answer.catch(() => {})
    world.send()
    world.clock.advance(1e6)
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('may throw at once, the first or the second', async () => {
    const world = await warm()
    const throwing = () => {
      throw broken
    }
    await expect(world.middleware(fakeCall({ clock: world.clock }), throwing)).rejects.toBe(broken)
    const held: Array<(result: Result) => void> = []
    const next = () => {
      if (held.length > 0) throw broken
      return new Promise<Result>((resolve) => held.push(resolve))
    }
    const answer = world.middleware(fakeCall({ clock: world.clock }), next)
    world.clock.advance(delayMs)
    held[0]?.(resultOf(1))
    expect(await answer).toEqual(resultOf(1))
  })
})
