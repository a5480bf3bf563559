import { manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settingsOf } from '../options.ts'
import type { HttpPoolOptions } from '../options.ts'
import { newTally } from '../tally.ts'
import { Gate } from './gate.ts'
import type { Waiter } from './gate.ts'
import { Gates } from './gates.ts'

/** Somebody at a gate, who notes what it is told. */
class Guest implements Waiter {
  readonly told: string[] = []

  granted(): void {
    this.told.push('granted')
  }

  refused(error: unknown): void {
    this.told.push((error as { readonly message: string }).message)
  }
}

const gateWith = (options: HttpPoolOptions) => {
  const clock = manualClock()
  const tally = newTally()
  const gate = new Gate('http://a.test', settingsOf({ ...options, clock }), tally)
  const enter = (): Guest => {
    const guest = new Guest()
    gate.enter(guest)
    return guest
  }
  return { clock, tally, gate, enter }
}

test('turns go to who has waited longest, and no further than may run', () => {
  const { gate, enter } = gateWith({ maxConcurrent: 1 })
  const [first, second, third] = [enter(), enter(), enter()]
  expect([first.told, second.told, third.told]).toEqual([['granted'], [], []])
  gate.leave()
  expect([second.told, third.told]).toEqual([['granted'], []])
  gate.leave()
  gate.leave()
  expect([third.told, gate.active, gate.waiting, gate.isUnused]).toEqual([['granted'], 0, 0, true])
})

test('who comes when too many wait is refused at once', () => {
  const { tally, enter } = gateWith({ maxConcurrent: 1, maxWaiting: 1 })
  const [, waits, refused] = [enter(), enter(), enter()]
  expect(waits.told).toEqual([])
  expect(refused.told).toEqual(['All 1 requests to the HTTP service are in use and too many wait for their turn.'])
  expect(tally.exhausted).toBe(1)
})

test('who has waited for waitMs is refused', () => {
  const { clock, gate, enter } = gateWith({ maxConcurrent: 1, waitMs: 100 })
  enter()
  const late = enter()
  clock.advance(100)
  expect(late.told).toEqual(['No turn to ask the HTTP service came within 100 ms.'])
  gate.leave()
  expect([late.told.length, gate.isUnused, clock.timers]).toEqual([1, true, 0])
})

test('with no limit of waiting there is no timer', () => {
  const { clock, enter } = gateWith({ maxConcurrent: 1, waitMs: Infinity })
  enter()
  enter()
  expect(clock.timers).toBe(0)
})

test('whoever comes, leaves, waits and gives up: nobody is told twice, forgotten or served before its turn', () => {
  const step = fc.oneof(
    fc.constant({ kind: 'enter' as const, n: 0 }),
    fc.constant({ kind: 'leave' as const, n: 0 }),
    fc.record({ kind: fc.constant('forget' as const), n: fc.nat(20) }),
    fc.record({ kind: fc.constant('advance' as const), n: fc.integer({ min: 1, max: 60 }) }),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(3),
      (steps, maxConcurrent, maxWaiting) => {
        const { clock, gate, enter } = gateWith({ maxConcurrent, maxWaiting, waitMs: 100 })
        const guests: Guest[] = []
        const forgotten = new Set<Guest>()
        let left = 0
        const granted = () => guests.filter(({ told }) => told[0] === 'granted')
        for (const { kind, n } of steps) {
          if (kind === 'enter') guests.push(enter())
          if (kind === 'leave' && granted().length > left) {
            left += 1
            gate.leave()
          }
          const guest = guests[n]
          if (kind === 'forget' && guest !== undefined && gate.forget(guest)) forgotten.add(guest)
          if (kind === 'advance') clock.advance(n)
          const waiting = guests.filter((one) => one.told.length === 0 && !forgotten.has(one))
          expect(gate.active).toBe(granted().length - left)
          expect(gate.active).toBeLessThanOrEqual(maxConcurrent)
          expect(gate.waiting).toBe(waiting.length)
          expect(waiting.length).toBeLessThanOrEqual(maxWaiting)
          // Nobody waits while there is room.
          if (waiting.length > 0) expect(gate.active).toBe(maxConcurrent)
          expect(guests.every(({ told }) => told.length <= 1)).toBe(true)
          const served = guests.findLastIndex(({ told }) => told[0] === 'granted')
          expect(waiting.every((one) => guests.indexOf(one) > served)).toBe(true)
        }
        clock.advance(1_000)
        while (gate.active > 0) gate.leave()
        expect([gate.isUnused, clock.timers]).toEqual([true, 0])
      },
    ),
  )
})

test('gates that nobody needs are dropped when others come', () => {
  const gates = new Gates(settingsOf(), newTally())
  const used = gates.of('http://used.test')
  used.enter(new Guest())
  for (let n = 0; n < 1_000; n += 1) gates.of(`http://${n}.test`)
  expect([...gates.all()].length).toBeLessThanOrEqual(64)
  expect(gates.of('http://used.test')).toBe(used)
})
