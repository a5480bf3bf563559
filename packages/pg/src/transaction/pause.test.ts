import { manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { scopeOf } from '../query/scope.ts'
import { pause } from './pause.ts'

test('a pause ends when its time is over', async () => {
  const clock = manualClock()
  const controller = new AbortController()
  const paused = pause(clock, 100, scopeOf(controller.signal))
  clock.advance(100)
  await expect(paused).resolves.toBeUndefined()
  controller.abort()
})

test('and at once when nobody waits for what comes after it', async () => {
  const clock = manualClock()
  const controller = new AbortController()
  const paused = pause(clock, 100, scopeOf(controller.signal))
  controller.abort('gone')
  await expect(paused).rejects.toBe('gone')
  expect(clock.timers).toBe(0)
  await expect(pause(clock, 100, scopeOf(controller.signal))).rejects.toBe('gone')
})
