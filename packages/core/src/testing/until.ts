import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Call, Result } from '../call.ts'
import type { Held } from './held.ts'
import type { ManualClock } from './manualClock.ts'

/**
 * Lets the event loop turn until something is so, and at least once.
 *
 * @param complaint what to say when it is not so after two seconds
 * @throws AssertionError with the complaint
 */
export const until = async (isSo: () => boolean, complaint: string): Promise<void> => {
  const giveUpAt = performance.now() + patienceMs
  for (let isDone = false; !isDone;) {
    await nextTurn()
    isDone = isSo()
    assert.ok(isDone || performance.now() < giveUpAt, complaint)
  }
}

/** What came of a promise. */
export type Settled<Value> = { readonly result: Value } | { readonly error: unknown }

/**
 * What came of a promise.
 *
 * @param clock is moved on by a second at each turn, for what waits before it tries again
 * @throws AssertionError when it is still open after two seconds
 */
export const settled = async <Value>(promise: Promise<Value>, clock?: ManualClock): Promise<Settled<Value>> => {
  let outcome: Settled<Value> | undefined
  promise.then(
    (result) => (outcome = { result }),
    (error: unknown) => (outcome = { error }),
  )
  await until(() => {
    if (outcome === undefined) clock?.advance(1000)
    return outcome !== undefined
  }, 'a caller never got an answer')
  return outcome as Settled<Value>
}

/**
 * What callers get while a held handler answers what reaches it: the newest first, and only when nothing more comes, so
 * that calls overlap as far as the middleware before the handler lets them.
 *
 * @throws AssertionError when a caller has no answer after two seconds
 */
export const answered = async (
  answers: ReadonlyArray<Promise<Result>>,
  handler: Held,
  reply: (call: Call) => Result,
): Promise<ReadonlyArray<Settled<Result>>> => {
  let handled = 0
  let seen = -1
  let quietTurns = 0
  const reactToArrivals = () => {
    quietTurns = seen === handler.calls.length ? quietTurns + 1 : 0
    seen = handler.calls.length
    if (quietTurns < enoughQuietTurns) return
    const waiting = handler.calls.slice(handled)
    handled = seen
    for (const { call, resolve } of waiting.toReversed()) resolve(reply(call))
  }
  let open = answers.length
  const close = () => (open -= 1)
  for (const answer of answers) answer.then(close, close)
  await until(() => {
    reactToArrivals()
    return open === 0
  }, 'a caller never got an answer')
  return Promise.all(answers.map((answer) => settled(answer)))
}

const patienceMs = 2000
const enoughQuietTurns = 3
