import { held, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { learnedTraits } from './learnedTraits.ts'

const list =
  (...tools: object[]) =>
  () => ({ tools })

describe('traits learned from a list', () => {
  it('are those of the annotations', async () => {
    const traits = learnedTraits()
    await traits.learn(list({ name: 'a', annotations: { readOnlyHint: true } }, { name: 'b' }), {}, manualClock())
    expect(traits.traitsOf('a')).toMatchObject({ readOnly: true })
    expect(traits.traitsOf('b')).toEqual({})
    expect(traits.traitsOf('never listed')).toEqual({})
  })

  it('are asked for once, and again after the list has changed', async () => {
    let asked = 0
    const counted = () => {
      asked += 1
      return { tools: [] }
    }
    const traits = learnedTraits()
    await traits.learn(counted, {}, manualClock())
    expect(traits.learn(counted, {}, manualClock())).toBeUndefined()
    traits.forget()
    await traits.learn(counted, {}, manualClock())
    expect(asked).toBe(2)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['answers nothing', () => undefined],
    ['answers garbage', () => ({ tools: [null, 7, { name: 3 }] })],
  ])('stay unknown when the list %s', async (_what, broken) => {
    const traits = learnedTraits()
    await traits.learn(broken, {}, manualClock())
    expect(traits.traitsOf('a')).toEqual({})
  })

  it('do not keep a call waiting for a list that never comes', async () => {
    const clock = manualClock()
    const handler = held()
    const waiting = learnedTraits().learn(() => handler.next({} as never), {}, clock)
    clock.advance(100)
    await waiting
    expect(clock.timers).toBe(0)
  })
})
