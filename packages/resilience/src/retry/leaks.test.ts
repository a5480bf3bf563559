import { describe, expect, it } from 'vitest'
import { watchedCall } from '@millrace/core/testing'
import { settle, worldOf } from '../fixtures/world.ts'
import { retry } from '../index.ts'

/** What keeps the process from ending. */
const timeouts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

const pausing = async () => {
  const before = timeouts()
  const again = retry({ delaysMs: 1000, jitterRatio: 0 })
  const world = worldOf(again)
  const watched = watchedCall({ clock: world.clock })
  const answer = again(watched.call, world.handler.next)
  answer.catch(() => {})
  ;(await world.arrived(0)).reject(new Error('broken'))
  await settle()
  expect(watched.listeners()).toBe(1)
  expect(timeouts()).toBe(before + 1)
  const expectNothingLeft = () => {
    expect(watched.listeners()).toBe(0)
    expect(timeouts()).toBe(before)
    expect(world.clock.timers).toBe(0)
  }
  return { ...world, watched, answer, expectNothingLeft }
}

describe('a pause leaves no listener, no timer and nothing that keeps the process', () => {
  it('when the next attempt begins', async () => {
    const { clock, arrived, answer, expectNothingLeft } = await pausing()
    clock.advance(1000)
    const { resolve } = await arrived(1)
    expectNothingLeft()
    resolve()
    await answer
    expectNothingLeft()
  })

  it('when its call is cancelled', async () => {
    const { watched, answer, expectNothingLeft } = await pausing()
    watched.abort('gone')
    await expect(answer).rejects.toBe('gone')
    expectNothingLeft()
  })
})
