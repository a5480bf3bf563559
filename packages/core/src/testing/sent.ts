import type { Result } from '../call.ts'
import type { Middleware, Next } from '../middleware.ts'
import type { FakeCall } from './fakeCall.ts'

/** A call under way, and what has come of it so far. */
export interface Sent {
  readonly call: FakeCall
  readonly answer: Promise<Result>
  /** `'open'` until it is settled. */
  readonly outcome: 'open' | { readonly result: Result } | { readonly error: unknown }
}

/**
 * Sends a call through a middleware. Gives an object, so that awaiting it does not await the answer; that is for whoever
 * is interested: a rejection that nobody awaits does not end the test.
 */
export const sent = (middleware: Middleware, call: FakeCall, next: Next): Sent => {
  const made: { -readonly [Field in keyof Sent]: Sent[Field] } = {
    call,
    answer: middleware(call, next),
    outcome: 'open',
  }
  made.answer.then(
    (result) => (made.outcome = { result }),
    (error: unknown) => (made.outcome = { error }),
  )
  return made
}
