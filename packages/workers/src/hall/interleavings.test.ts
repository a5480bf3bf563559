import { manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { priorities } from '../priority.ts'
import { Hall } from './hall.ts'
import type { Waiter } from './hall.ts'

/** The same by looking at everybody: a list of who waits, sorted when somebody is called. */
class Model {
  readonly running = new Set<string>()
  line: Array<{ readonly name: string; readonly rank: number; readonly until: number }> = []
  readonly told: string[] = []
  now = 0
  readonly #slots: number
  readonly #maxQueued: number

  constructor(slots: number, maxQueued: number) {
    this.#slots = slots
    this.#maxQueued = maxQueued
  }

  enter(name: string, rank: number, waitMs: number): void {
    if (this.running.size < this.#slots) this.#grant(name)
    else if (this.line.length >= this.#maxQueued) this.told.push(`${name} full`)
    else if (waitMs === 0) this.told.push(`${name} waited`)
    else this.line.push({ name, rank, until: this.now + waitMs })
  }

  leave(name: string): void {
    this.running.delete(name)
    const next = this.line.toSorted((a, b) => a.rank - b.rank)[0]
    if (next === undefined) return
    this.forget(next.name)
    this.#grant(next.name)
  }

  forget(name: string): void {
    this.line = this.line.filter((one) => one.name !== name)
  }

  advance(ms: number): void {
    this.now += ms
    const over = this.line.filter(({ until }) => until <= this.now).toSorted((a, b) => a.until - b.until)
    for (const { name } of over) {
      this.forget(name)
      this.told.push(`${name} waited`)
    }
  }

  #grant(name: string): void {
    this.running.add(name)
    this.told.push(`${name} granted`)
  }
}

const step = fc.oneof(
  fc.record({
    kind: fc.constant('enter' as const),
    rank: fc.integer({ min: 0, max: 3 }),
    waitMs: fc.constantFrom(0, 3, 10, Infinity),
  }),
  fc.record({ kind: fc.constant('leave' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('forget' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 6 }) }),
)

test('whoever comes, ends, gives up or waits too long in whatever order: each is told once, and in turn', () => {
  const plan = fc.record({
    slots: fc.integer({ min: 1, max: 3 }),
    maxQueued: fc.integer({ min: 0, max: 6 }),
    steps: fc.array(step, { maxLength: 60 }),
  })
  fc.assert(
    fc.property(plan, ({ slots, maxQueued, steps }) => {
      const clock = manualClock()
      const hall = new Hall(slots, maxQueued, clock)
      const model = new Model(slots, maxQueued)
      const told: string[] = []
      const waiters = new Map<string, Waiter>()
      for (const [index, one] of steps.entries()) {
        if (one.kind === 'enter') {
          const name = `task ${index}`
          const waiter: Waiter = {
            priority: priorities[one.rank] as Waiter['priority'],
            waitMs: one.waitMs,
            granted: () => void told.push(`${name} granted`),
            refused: (reason) => void told.push(`${name} ${reason}`),
          }
          waiters.set(name, waiter)
          hall.enter(waiter)
          model.enter(name, one.rank, one.waitMs)
        } else if (one.kind === 'leave') {
          const running = [...model.running]
          if (running.length === 0) continue
          hall.leave()
          model.leave(running[one.which % running.length] as string)
        } else if (one.kind === 'forget') {
          const waiting = model.line[one.which % Math.max(1, model.line.length)]
          if (waiting === undefined) continue
          expect(hall.forget(waiters.get(waiting.name) as Waiter)).toBeTypeOf('number')
          model.forget(waiting.name)
        } else {
          clock.advance(one.ms)
          model.advance(one.ms)
        }
        expect(told).toEqual(model.told)
        expect([hall.active, hall.waiting]).toEqual([model.running.size, model.line.length])
      }
      expect(clock.timers).toBe(model.line.filter(({ until }) => until < Infinity).length)
    }),
    { numRuns: 500 },
  )
})
