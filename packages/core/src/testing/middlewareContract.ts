import assert from 'node:assert/strict'
import { isAborted } from '../abort.ts'
import { withCall } from '../call.ts'
import type { Result, Traits } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { Middleware, Next } from '../middleware.ts'
import type { ContractCase } from './contractCase.ts'
import { fakeCall } from './fakeCall.ts'
import type { FakeCall, FakeCallOptions } from './fakeCall.ts'
import { held } from './held.ts'
import { manualClock } from './manualClock.ts'
import type { ManualClock } from './manualClock.ts'
import { answered, settled, until } from './until.ts'
import type { Settled } from './until.ts'

/**
 * What every middleware owes its neighbours, as cases for a test runner:
 * `for (const { name, run } of middlewareContract(() => cached())) it(name, run)`.
 * A middleware whose purpose is to break a rule (a fallback hides errors) leaves the case of that name out.
 *
 * @param make a new middleware with fresh state, on the given clock where it takes one. The clock stands still but for
 * calls that have not been answered once their handler has.
 */
export const middlewareContract = (make: (clock: Clock) => Middleware): readonly ContractCase[] => {
  const given = (name: string, run: (world: World) => Promise<void>): ContractCase => ({
    name,
    run: () => run(worldOf(make)),
  })
  /** For what a middleware does only where nothing is written, as caching, and for what it does everywhere. */
  const givenEachKind = (name: string, run: (world: World, traits: Traits) => Promise<void>): ContractCase[] => [
    given(name, (world) => run(world, writes)),
    given(`${name}, for a tool that only reads`, (world) => run(world, reads)),
  ]
  return [
    ...outcomes.flatMap(({ name, next, check }) =>
      givenEachKind(name, async ({ middleware, call, clock }, traits) =>
        check(await settled(middleware(call({ traits }), next), clock)),
      ),
    ),
    ...givenEachKind('mutates neither the call nor its parameters', async ({ middleware, call }, traits) => {
      const frozen = call({ input: { a: { b: [1] } }, traits: Object.freeze(traits) })
      deepFreeze(frozen.params)
      Object.freeze(frozen)
      assert.deepEqual(await settled(middleware(frozen, async () => ({ content: [] }))), { result: { content: [] } })
    }),
    ...givenEachKind(
      'hands the handler a call on which everything works',
      async ({ middleware, call, clock }, traits) => {
        const origin = call({ principal: 'ann', deadline: 60_000, input: { a: 1 }, traits })
        const next: Next = async (received) => {
          const { method, target, operation, principal, input } = received
          assert.deepEqual(
            { method, target, operation, principal, input },
            {
              method: 'tools/call',
              target: 'tool',
              operation: 'tools/call tool',
              principal: 'ann',
              input: { a: 1 },
            },
          )
          assert.deepEqual(received.traits, traits)
          assert.ok(received.deadline <= 60_000, 'the deadline is not the caller’s or sooner')
          assert.equal(received.clock, clock)
          assert.equal(received.signal.aborted, false)
          await received.notify({ method: 'notifications/progress' })
          return { content: [] }
        }
        // A derived call has its fields on the prototype, as a door's has: a copy made by spreading lacks them.
        assert.deepEqual(await settled(middleware(withCall(origin, {}), next)), { result: { content: [] } })
        assert.deepEqual(origin.notifications, [{ method: 'notifications/progress' }])
      },
    ),
    ...[true, false].map((isSuccess) =>
      given(`runs a tool that is not idempotent once when it ${isSuccess ? 'succeeds' : 'fails'}`, async (world) => {
        let runs = 0
        const next: Next = async () => {
          runs += 1
          if (isSuccess) return { content: [] }
          throw new Error('broken')
        }
        await settled(world.middleware(world.call(), next))
        assert.equal(runs, 1)
      }),
    ),
    given("never gives one principal another's result", async ({ middleware, call }) => {
      const handler = held()
      const principals = ['ann', 'bob', undefined]
      const answers = principals.map((principal) => middleware(call({ principal, traits: reads }), handler.next))
      const seen = await answered(answers, handler, ({ principal }) => ({ content: [], for: String(principal) }))
      assert.deepEqual(pick(seen, 'for'), ['ann', 'bob', 'undefined'])
    }),
    given('keeps calls with different arguments apart when they overlap', async ({ middleware, call }) => {
      const handler = held()
      const answers = [1, 2, 3].map((n) => middleware(call({ input: { n }, traits: reads }), handler.next))
      const seen = await answered(answers, handler, ({ input }) => ({ content: [], echo: input }))
      assert.deepEqual(pick(seen, 'echo'), [{ n: 1 }, { n: 2 }, { n: 3 }])
    }),
    given('answers every one of several equal calls that overlap', async ({ middleware, call }) => {
      const handler = held()
      const answers = Array.from({ length: 5 }, () => middleware(call({ traits: reads }), handler.next))
      const seen = await answered(answers, handler, () => ({ content: [], is: 'answer' }))
      assert.deepEqual(
        pick(seen, 'is'),
        Array.from({ length: 5 }, () => 'answer'),
      )
    }),
    ...givenEachKind(
      'tells the handler that its only caller has gone, settles, and leaves no timer',
      async (world, traits) => {
        const handler = held()
        const origin = world.call({ traits })
        const answer = world.middleware(origin, handler.next)
        // It may settle at any moment from here on.
        answer.catch(() => {})
        await until(() => handler.calls.length === 1, 'the call never reached the handler')
        origin.abort()
        const [running] = handler.calls
        await until(() => running !== undefined && isAborted(running.call), 'the handler was never told')
        running?.reject(running.call.signal.reason)
        await settled(answer)
        assert.equal(world.clock.timers, 0)
      },
    ),
    given('leaves no timer behind for each call it has answered', async ({ middleware, call, clock }) => {
      const answer = (n: number) =>
        settled(middleware(call({ input: { n }, traits: reads }), async () => ({ content: [] })))
      await answer(0)
      const { timers } = clock
      for (let n = 1; n <= 10; n += 1) await answer(n)
      assert.equal(clock.timers, timers)
    }),
  ]
}

interface World {
  readonly middleware: Middleware
  readonly clock: ManualClock
  /** A call on the clock, to a tool that must not be repeated unless the options say otherwise. */
  call(options?: FakeCallOptions): FakeCall
}

const worldOf = (make: (clock: Clock) => Middleware): World => {
  const clock = manualClock()
  return {
    middleware: make(clock),
    clock,
    call: (options = {}) => fakeCall({ clock, traits: writes, ...options }),
  }
}

const reads = { readOnly: true }
const writes = { readOnly: false, idempotent: false }

const failure = new Error('own')
const success = { content: [{ type: 'text', text: 'hello' }], structuredContent: { a: [1, { b: null }] } }
const toolError = { content: [{ type: 'text', text: 'no' }], isError: true }

const outcomes: ReadonlyArray<{
  readonly name: string
  readonly next: Next
  readonly check: (settled: Settled<Result>) => void
}> = [
  {
    name: 'gives the caller what the handler answered',
    next: async () => structuredClone(success),
    check: (settled) => assert.deepEqual(settled, { result: success }),
  },
  {
    name: 'passes an isError result through as it is',
    next: async () => structuredClone(toolError),
    check: (settled) => assert.deepEqual(settled, { result: toolError }),
  },
  {
    name: "passes the handler's own error through with its identity",
    next: () => Promise.reject(failure),
    check: (settled) => assert.equal('error' in settled && settled.error, failure),
  },
  {
    name: 'passes a thrown string through',
    next: async () => {
      throw 'a string'
    },
    check: (settled) => assert.deepEqual(settled, { error: 'a string' }),
  },
  {
    name: 'passes a result that is undefined through',
    next: async () => undefined as unknown as Result,
    check: (settled) => assert.deepEqual(settled, { result: undefined }),
  },
]

const pick = (seen: ReadonlyArray<Settled<Result>>, field: string): unknown[] =>
  seen.map((one) => ('result' in one ? one.result[field] : one.error))

const deepFreeze = <Value>(value: Value): Value => {
  if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
