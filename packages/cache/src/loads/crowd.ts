import { abortReason, isAborted, onAbort } from '@millrace/core'
import type { Call, Next } from '@millrace/core'
import { Waiter } from './waiter.ts'

/**
 * The calls that wait for one load, in order of arrival. Only the first is watched: when it leaves, those behind it
 * that have left too are passed over, and the next who is still there becomes the first. So whoever waits costs no
 * more than what rejects its promise, and the load is known to be wanted as long as there is a first.
 */
export class Crowd {
  readonly #onEmpty: (reason: unknown) => void
  #first: Waiter | undefined
  #last: Waiter | undefined
  #size = 0
  #sizeToTidy = leastToTidy

  /** @param onEmpty runs when the last one leaves, with its reason */
  constructor(onEmpty: (reason: unknown) => void) {
    this.#onEmpty = onEmpty
  }

  /** Who has waited longest and has not left. */
  get first(): Waiter | undefined {
    return this.#first
  }

  /** One more, whose promise is rejected as soon as its call is cancelled. */
  join(call: Call, next: Next): Waiter {
    const waiter = new Waiter(call, next)
    if (this.#last === undefined) this.#watch(waiter)
    else {
      this.#last.following = waiter
      waiter.stop = onAbort(call, waiter.reject)
    }
    this.#last = waiter
    this.#size += 1
    if (this.#size >= this.#sizeToTidy) this.#tidy()
    return waiter
  }

  /** Empties the crowd: `answer` gets each who has not left. */
  disperse(answer: (waiter: Waiter) => void): void {
    let waiter = this.#first
    this.#first = this.#last = undefined
    while (waiter !== undefined) {
      const { following } = waiter
      waiter.stop?.()
      // It may not have heard yet that its call is cancelled, and would not any more.
      if (isAborted(waiter.call)) waiter.reject(abortReason(waiter.call))
      else answer(waiter)
      waiter = following
    }
  }

  #watch(first: Waiter): void {
    this.#first = first
    first.stop?.()
    first.stop = onAbort(first.call, (reason) => {
      first.reject(reason)
      // Otherwise everybody is being answered already.
      if (this.#first === first) this.#passOn(first.following, reason)
    })
  }

  #passOn(next: Waiter | undefined, reason: unknown): void {
    let waiter = next
    while (waiter !== undefined && isAborted(waiter.call)) waiter = waiter.following
    if (waiter !== undefined) return this.#watch(waiter)
    this.#first = this.#last = undefined
    this.#onEmpty(reason)
  }

  /** Lets go of those who have left in the middle: callers who come and go would fill it without end. */
  #tidy(): void {
    let last = this.#first as Waiter
    let size = 1
    for (let waiter = last.following; waiter !== undefined; waiter = waiter.following) {
      if (isAborted(waiter.call)) continue
      last.following = waiter
      last = waiter
      size += 1
    }
    last.following = undefined
    this.#last = last
    this.#size = size
    this.#sizeToTidy = Math.max(leastToTidy, 2 * size)
  }
}

const leastToTidy = 64
