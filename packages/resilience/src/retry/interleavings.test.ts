import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { retry, retryBudget } from '../index.ts'

const step = fc.oneof(
  fc.record({
    type: fc.constant('arrive' as const),
    deadlineMs: fc.option(fc.integer({ min: 1, max: 300 })),
    isIdempotent: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('fail' as const),
    which: fc.nat(),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 200 })),
  }),
  fc.record({ type: fc.constant('finish' as const), which: fc.nat() }),
  fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }),
  fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 100 }) }),
)

it('holds its promises however calls arrive, fail, finish, leave and wait', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const plan = retryBudget({ ratio: 0.5, minPerSecond: 1, ttlMs: 1000 })
    let withdrawn = 0
    const budget = {
      ...plan,
      deposit: plan.deposit.bind(plan),
      balance: plan.balance.bind(plan),
      withdraw: (now: number) => {
        const isGiven = plan.withdraw(now)
        if (isGiven) withdrawn += 1
        return isGiven
      },
    }
    const world = worldOf(retry({ attempts: 3, delaysMs: [20, 40], jitterRatio: 0, budget, maxRetryAfterMs: 100 }))
    const sent: Sent[] = []
    const answered = new Set<number>()
    const leftAt = new Map<object, number>()
    const startedAt: number[] = []
    const look = async () => {
      await settle()
      while (startedAt.length < world.handler.calls.length) startedAt.push(world.clock.now())
    }
    const reply = async (which: number, how: (index: number) => void) => {
      const open = world.handler.calls.map((_, index) => index).filter((index) => !answered.has(index))
      if (open.length === 0) return
      const index = open[which % open.length]!
      answered.add(index)
      how(index)
      await look()
    }
    const events = await eventsOf(async () => {
      for (const one of steps) {
        if (one.type === 'arrive') {
          const deadline = one.deadlineMs === null ? Infinity : world.clock.now() + one.deadlineMs
          sent.push(world.send({ deadline, traits: { idempotent: one.isIdempotent } }))
        } else if (one.type === 'wait') {
          // Millisecond by millisecond, so that what a timer wakes can go on at its own moment.
          for (let ms = 0; ms < one.ms; ms += 1) {
            world.clock.advance(1)
            await look()
          }
        } else if (one.type === 'cancel') {
          const who = sent[one.which % Math.max(1, sent.length)]
          if (who !== undefined && !leftAt.has(who.call)) leftAt.set(who.call, world.handler.calls.length)
          who?.call.abort('gone')
        } else if (one.type === 'finish') {
          await reply(one.which, (index) => world.handler.calls[index]!.resolve(resultOf(index)))
        } else {
          const error = Object.assign(
            new Error('broken'),
            one.retryAfterMs === null ? {} : { retryAfterMs: one.retryAfterMs },
          )
          await reply(one.which, (index) => world.handler.calls[index]!.reject(error))
        }
        await look()
      }
      for (let index = 0; answered.size < world.handler.calls.length; index += 1) {
        await reply(0, (index) => world.handler.calls[index]!.resolve(resultOf(index)))
      }
      for (let ms = 0; ms < 300; ms += 1) {
        world.clock.advance(1)
        await look()
        await reply(0, (index) => world.handler.calls[index]!.resolve(resultOf(index)))
      }
    })
    expect(world.clock.timers).toBe(0)
    for (const one of sent) {
      expect(one.outcome).not.toBe('open')
      const runs = world.handler.calls
        .map((_, index) => index)
        .filter((index) => world.handler.calls[index]!.call === one.call)
      expect(runs.length).toBeLessThanOrEqual(one.call.traits.idempotent === true ? 3 : 1)
      for (const index of runs.slice(1)) {
        expect(startedAt[index]).toBeLessThan(one.call.deadline)
        expect(index).toBeLessThan(leftAt.get(one.call) ?? Infinity)
      }
    }
    const repeats = world.handler.calls.length - sent.length
    const announced = events.filter(({ type }) => type === 'retry.attempt').length
    expect(announced).toBe(withdrawn)
    // One that left while it waited has taken its retry out and not used it.
    expect(repeats).toBeLessThanOrEqual(withdrawn)
    expect(repeats).toBeGreaterThanOrEqual(withdrawn - leftAt.size)
  })
  await fc.assert(property, { numRuns: 60 })
}, 60_000)
