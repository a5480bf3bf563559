import { manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import type { TaskPriority } from '../priority.ts'
import { Hall } from './hall.ts'
import type { Waiter } from './hall.ts'

const waiterOf = (told: string[], name: string, priority: TaskPriority = 'normal', waitMs = Infinity): Waiter => ({
  priority,
  waitMs,
  granted: (waitedMs) => void told.push(`${name} granted after ${waitedMs}`),
  refused: (reason, waitedMs) => void told.push(`${name} ${reason} after ${waitedMs}`),
})

test('the most important goes first, and among equals who came first', () => {
  const clock = manualClock()
  const hall = new Hall(1, 10, clock)
  const told: string[] = []
  hall.enter(waiterOf(told, 'running'))
  for (const priority of ['low', 'normal', 'high', 'critical'] as const)
    for (const n of [1, 2]) expect(hall.enter(waiterOf(told, `${priority} ${n}`, priority))).toBe(true)
  clock.advance(5)
  for (let n = 0; n < 8; n += 1) hall.leave()
  expect(told.slice(1).map((one) => one.replace(' granted after 5', ''))).toEqual([
    'critical 1',
    'critical 2',
    'high 1',
    'high 2',
    'normal 1',
    'normal 2',
    'low 1',
    'low 2',
  ])
  expect(hall).toMatchObject({ active: 1, waiting: 0 })
  hall.leave()
  expect(hall.active).toBe(0)
})

test('nobody waits where no more may, nor longer than they may', () => {
  const clock = manualClock()
  const hall = new Hall(1, 1, clock)
  const told: string[] = []
  expect(hall.enter(waiterOf(told, 'a'))).toBe(false)
  expect(hall.enter(waiterOf(told, 'b', 'low', 20))).toBe(true)
  expect(hall.enter(waiterOf(told, 'c', 'critical'))).toBe(false)
  clock.advance(20)
  expect(hall.enter(waiterOf(told, 'd', 'normal', 0))).toBe(false)
  expect(told).toEqual(['a granted after 0', 'c full after 0', 'b waited after 20', 'd waited after 0'])
  expect(hall).toMatchObject({ active: 1, waiting: 0 })
})

test('who leaves the line is not called, and its timer goes with it', () => {
  const clock = manualClock()
  const hall = new Hall(1, 1, clock)
  const told: string[] = []
  hall.enter(waiterOf(told, 'a'))
  const leaving = waiterOf(told, 'b', 'high', 50)
  hall.enter(leaving)
  clock.advance(3)
  expect([hall.forget(leaving), hall.forget(leaving)]).toEqual([3, undefined])
  expect(clock.timers).toBe(0)
  hall.leave()
  expect(told).toEqual(['a granted after 0'])
  expect(hall).toMatchObject({ active: 0, waiting: 0 })
})
