import { watchedCall } from '@millrace/core/testing'
import type { HeldCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { delayMs, warm } from '../fixtures/hedging.ts'
import { settle } from '../fixtures/world.ts'

/** A race of two attempts whose handlers both listen for its end. */
const racing = async () => {
  const world = await warm()
  const watched = watchedCall({ clock: world.clock })
  const answer = world.middleware(watched.call, world.handler.next)
  answer.catch(() => {})
  const first = await world.attempt(0)
  world.clock.advance(delayMs)
  const both = [first, await world.attempt(1)] as const
  for (const { call } of both) expect(call.signal.aborted).toBe(false)
  // The race itself, and a link for each attempt.
  expect(watched.listeners()).toBe(3)
  return { world, watched, answer, both }
}

const failed = async (...attempts: HeldCall[]) => {
  for (const { reject } of attempts) {
    reject(new Error('broken'))
    await settle()
  }
}

describe('a race leaves no listener and no timer', () => {
  it.each([0, 1] as const)('when attempt %i wins', async (winner) => {
    const { world, watched, answer, both } = await racing()
    both[winner].resolve()
    await answer
    expect([watched.listeners(), world.clock.timers]).toEqual([0, 0])
    expect(both.map(({ call }) => call.signal.aborted)).toEqual([winner === 1, winner === 0])
  })

  it.each([0, 1] as const)('when attempt %i fails and the other one wins', async (loser) => {
    const { world, watched, answer, both } = await racing()
    await failed(both[loser])
    expect(watched.listeners()).toBe(2)
    both[1 - loser]?.resolve()
    await answer
    expect([watched.listeners(), world.clock.timers]).toEqual([0, 0])
  })

  it('when both fail', async () => {
    const { world, watched, answer, both } = await racing()
    await failed(...both)
    await expect(answer).rejects.toThrow('broken')
    expect([watched.listeners(), world.clock.timers]).toEqual([0, 0])
  })

  it('when its call is cancelled', async () => {
    const { world, watched, answer, both } = await racing()
    watched.abort('gone')
    await expect(answer).rejects.toBe('gone')
    expect([watched.listeners(), world.clock.timers]).toEqual([0, 0])
    for (const { call } of both) expect(call.signal.aborted).toBe(true)
  })
})
