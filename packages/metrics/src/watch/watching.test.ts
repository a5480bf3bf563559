import { manualClock } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { Watching } from './watching.ts'

it('whoever hangs is waited for no longer than a second, and leaves no timer', async () => {
  const clock = manualClock()
  const watching = new Watching(clock)
  expect(watching.read()).toBeUndefined()
  watching.add([() => new Promise<void>(() => {})])
  let isDone = false
  const reading = watching.read()!.then(() => (isDone = true))
  await Promise.resolve()
  expect([isDone, clock.timers]).toEqual([false, 1])
  clock.advance(1000)
  await reading
  expect([isDone, clock.timers]).toEqual([true, 0])
})

it('those who ask at the same time share one answer', async () => {
  const watching = new Watching(manualClock())
  let asked = 0
  watching.add([() => void (asked += 1)])
  await Promise.all([watching.read(), watching.read()])
  expect(asked).toBe(1)
  await watching.read()
  expect(asked).toBe(2)
})
