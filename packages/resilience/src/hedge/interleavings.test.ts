import { isAborted, originOf } from '@millrace/core'
import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { warm } from '../fixtures/hedging.ts'
import { resultOf, settle } from '../fixtures/world.ts'

const step = fc.oneof(
  fc.record({ type: fc.constant('arrive' as const), deadlineMs: fc.option(fc.integer({ min: 1, max: 100 })) }),
  fc.record({ type: fc.constant('finish' as const), which: fc.nat() }),
  fc.record({ type: fc.constant('fail' as const), which: fc.nat() }),
  fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }),
  fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 30 }) }),
)

/** One call as it ought to be. */
interface Known {
  readonly sent: Sent
  /** Attempts by arrival at the handler. */
  readonly started: number[]
  readonly running: Set<number>
  firstFailure: number | undefined
  outcome: Sent['outcome']
  /** Attempts that must have been told to stop. */
  readonly stopped: Set<number>
}

it('answers each call once and by the rules, however attempts start, answer, fail and are left', async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 5, maxLength: 80 }),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom(0.1, 0.5, 1),
    fc.constantFrom(undefined, 15),
    async (steps, maxExtra, budgetRatio, delayMs) => {
      const world = await warm({ maxExtra, budgetRatio, delayMs }, 20)
      const known = new Map<unknown, Known>()
      const ended = new Set<number>()
      let seen = world.handler.calls.length
      const close = (one: Known, outcome: Sent['outcome'], winner?: number) => {
        one.outcome = outcome
        for (const index of one.running) if (index !== winner) one.stopped.add(index)
        one.running.clear()
      }
      const look = async () => {
        await settle()
        for (; seen < world.handler.calls.length; seen += 1) {
          const one = known.get(originOf(world.handler.calls[seen]!.call))!
          expect(one.outcome).toBe('open')
          one.started.push(seen)
          one.running.add(seen)
          expect(one.started.length).toBeLessThanOrEqual(1 + maxExtra)
        }
        for (const { sent, outcome, stopped, running } of known.values()) {
          expect(sent.outcome).toEqual(outcome)
          for (const index of stopped) expect(isAborted(world.handler.calls[index]!.call)).toBe(true)
          for (const index of running) expect(isAborted(world.handler.calls[index]!.call)).toBe(false)
        }
      }
      const reply = async (which: number, isAnswer: boolean) => {
        const open = [...known.values()].flatMap(({ started }) => started).filter((index) => !ended.has(index))
        const index = open[which % Math.max(1, open.length)]
        if (index === undefined) return
        ended.add(index)
        const { call, resolve, reject } = world.handler.calls[index]!
        const one = known.get(originOf(call))!
        if (isAnswer) resolve(resultOf(index))
        else reject(index)
        if (one.outcome !== 'open') return
        if (isAnswer) return close(one, { result: resultOf(index) }, index)
        one.firstFailure ??= index
        one.running.delete(index)
        if (one.running.size === 0) close(one, { error: one.firstFailure })
      }
      for (const move of steps) {
        if (move.type === 'arrive') {
          const sent = world.send({ deadline: world.clock.now() + (move.deadlineMs ?? Infinity) })
          const fresh = { started: [], running: new Set<number>(), stopped: new Set<number>() }
          known.set(sent.call, { ...fresh, sent, firstFailure: undefined, outcome: 'open' })
        } else if (move.type === 'wait') world.clock.advance(move.ms)
        else if (move.type === 'cancel') {
          const one = [...known.values()][move.which % Math.max(1, known.size)]
          one?.sent.call.abort('gone')
          if (one?.outcome === 'open') close(one, { error: 'gone' })
        } else await reply(move.which, move.type === 'finish')
        await look()
      }
      const extras = [...known.values()].reduce((sum, { started }) => sum + started.length - 1, 0)
      expect(extras).toBeLessThanOrEqual(budgetRatio * (20 + known.size) + 1e-9)
      for (const { sent } of known.values()) sent.call.abort('gone')
      await settle()
      expect(world.clock.timers).toBe(0)
    },
  )
  await fc.assert(property, { numRuns: 150 })
}, 60_000)
