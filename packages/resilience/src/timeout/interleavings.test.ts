import { abortReason } from '@millrace/core'
import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import { timeout } from '../index.ts'

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      deadlineMs: fc.constantFrom(Infinity, Infinity, 0, 20, 80),
      limitMs: fc.constantFrom(10, 30, 50, 1000),
      looks: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('finish' as const, 'fail' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 25 }) }) },
)

/** One call as it ought to be. */
interface Known {
  readonly sent: Sent
  /** When it is given up. */
  readonly dueAt: number
  /** Whether its handler looks at its signal before the end. */
  readonly looks: boolean
  /** Its place at the handler; undefined when it never got there. */
  readonly index: number | undefined
  outcome: 'open' | 'timedOut' | { readonly result: unknown } | { readonly error: unknown }
  /** What its handler has been told. */
  reason: unknown
}

it('ends each call once, by what comes first, and tells its handler so, however calls come, end, leave and wait', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
    const world = worldOf(timeout({ timeoutMs: ({ input }) => input as number }), 1_700_000_000_000)
    const known: Known[] = []
    const ended = new Set<number>()
    const expectTold = ({ index, outcome, reason }: Known) => {
      if (index === undefined) return
      const told = abortReason(world.handler.calls[index]!.call)
      if (outcome === 'timedOut') expect(told).toMatchObject({ code: 'ERR_TIMED_OUT' })
      else expect(told).toBe(reason)
    }
    for (const one of steps) {
      const now = world.clock.now()
      if (one.type === 'arrive') {
        const deadline = now + one.deadlineMs
        const before = world.handler.calls.length
        const sent = world.send({ deadline, input: one.limitMs })
        await settle()
        const index = world.handler.calls.length > before ? before : undefined
        expect(index === undefined).toBe(one.deadlineMs === 0)
        if (one.looks && index !== undefined) expect(world.handler.calls[index]!.call.signal.aborted).toBe(false)
        const outcome = index === undefined ? { error: { code: 'ERR_DEADLINE' } } : 'open'
        const dueAt = Math.min(deadline, now + one.limitMs)
        known.push({ sent, dueAt, looks: one.looks, index, outcome, reason: undefined })
      } else if (one.type === 'wait') {
        world.clock.advance(one.ms)
        for (const call of known) {
          if (call.outcome === 'open' && call.dueAt <= world.clock.now()) call.outcome = 'timedOut'
        }
      } else if (one.type === 'cancel') {
        const call = known[one.which % Math.max(1, known.length)]
        call?.sent.call.abort('gone')
        if (call?.outcome === 'open') Object.assign(call, { outcome: { error: 'gone' }, reason: 'gone' })
      } else {
        const open = [...world.handler.calls.keys()].filter((one) => !ended.has(one))
        const index = open[one.which % Math.max(1, open.length)]
        if (index === undefined) continue
        ended.add(index)
        const { resolve, reject } = world.handler.calls[index]!
        if (one.type === 'finish') resolve(resultOf(index))
        else reject(index)
        const call = known.find((each) => each.index === index)!
        if (call.outcome === 'open')
          call.outcome = one.type === 'finish' ? { result: resultOf(index) } : { error: index }
      }
      await settle()
      for (const call of known) {
        const { sent, outcome } = call
        if (outcome === 'open') expect(sent.outcome).toBe('open')
        else expect(sent.outcome).toMatchObject(outcome === 'timedOut' ? { error: { code: 'ERR_TIMED_OUT' } } : outcome)
        if (call.looks) expectTold(call)
      }
      const open = known.filter(({ outcome }) => outcome === 'open')
      expect(world.clock.timers).toBe(open.length)
    }
    for (const call of known) expectTold(call)
  })
  await fc.assert(property, { numRuns: 150 })
}, 60_000)
