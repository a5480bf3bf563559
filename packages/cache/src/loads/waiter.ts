import type { Call, Next, Result } from '@millrace/core'

/** One call that waits for a load. */
export class Waiter {
  readonly call: Call
  readonly next: Next
  readonly promise: Promise<Result>
  readonly resolve: (result: Result | Promise<Result>) => void
  readonly reject: (error: unknown) => void
  /** Stops listening for the caller's cancellation. */
  stop: (() => void) | undefined
  /** The one that came after it. */
  following: Waiter | undefined

  constructor(call: Call, next: Next) {
    this.call = call
    this.next = next
    this.promise = new Promise(take)
    this.resolve = resolveTaken
    this.reject = rejectTaken
    this.stop = undefined
    this.following = undefined
  }
}

// A promise's executor runs at once, so one function that passes its arguments on serves all promises and none is
// made for each.
let resolveTaken: Waiter['resolve'] = () => {}
let rejectTaken: Waiter['reject'] = () => {}

const take = (resolve: Waiter['resolve'], reject: Waiter['reject']): void => {
  resolveTaken = resolve
  rejectTaken = reject
}
