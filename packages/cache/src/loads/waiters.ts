import { abortReason, isAborted, onAbort, onGivenUp } from '@millrace/core'
import type { Call, Next } from '@millrace/core'
import { Waiter } from './waiter.ts'

/** Whose load it is. */
export interface Awaited {
  /** The last one has left, for this reason. */
  left(reason: unknown): void
}

/**
 * The calls that wait for one load, in order of arrival. Only the first is watched: when it leaves, those behind it
 * that have left too are passed over, and the next who is still there becomes the first. So the load is known to be
 * wanted as long as there is a first, and no other caller costs a listener on its signal.
 */
export class Waiters {
  readonly #load: Awaited
  #first: Waiter | undefined
  #last: Waiter | undefined
  #size = 0
  #sizeToTidy = leastToTidy

  constructor(load: Awaited) {
    this.#load = load
  }

  /** Who has waited longest and has not left. */
  get first(): Waiter | undefined {
    return this.#first
  }

  /** Who waits, when it is a single one. */
  get only(): Waiter | undefined {
    return this.#first === this.#last ? this.#first : undefined
  }

  /**
   * One more, whose promise is rejected as soon as middleware gives its call up; when its caller leaves, also as soon as
   * that is known, which is at the latest when all are answered.
   */
  join(call: Call, next: Next): Waiter {
    const waiter = new Waiter(call, next)
    if (this.#last === undefined) this.#watch(waiter)
    else {
      this.#last.following = waiter
      waiter.stop = onGivenUp(call, waiter.reject)
    }
    this.#last = waiter
    this.#size += 1
    if (this.#size >= this.#sizeToTidy) this.#tidy()
    return waiter
  }

  /** Takes out who waits alone; undefined when that one has left. */
  takeOnly(): Waiter | undefined {
    const waiter = this.#first as Waiter
    this.#first = this.#last = undefined
    if (hasLeft(waiter)) return undefined
    waiter.stop?.()
    return waiter
  }

  /** Takes everybody out: `answer` gets each who has not left. */
  settle(answer: (waiter: Waiter) => void): void {
    let waiter = this.#first
    this.#first = this.#last = undefined
    while (waiter !== undefined) {
      const { following } = waiter
      if (!hasLeft(waiter)) {
        waiter.stop?.()
        answer(waiter)
      }
      waiter = following
    }
  }

  #watch(first: Waiter): void {
    this.#first = first
    first.stop?.()
    first.stop = onAbort(first.call, (reason) => {
      first.stop?.()
      first.reject(reason)
      // Otherwise everybody is being answered already.
      if (this.#first === first) this.#passOn(first.following, reason)
    })
  }

  #passOn(next: Waiter | undefined, reason: unknown): void {
    let waiter = next
    while (waiter !== undefined && hasLeft(waiter)) waiter = waiter.following
    if (waiter !== undefined) return this.#watch(waiter)
    this.#first = this.#last = undefined
    this.#load.left(reason)
  }

  /** Lets go of those who have left in the middle: callers who come and go would fill it without end. */
  #tidy(): void {
    let last = this.#first as Waiter
    let size = 1
    for (let waiter = last.following; waiter !== undefined; waiter = waiter.following) {
      if (hasLeft(waiter)) continue
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

/** Whether its call is cancelled; it may not have heard of that, and would not any more. */
const hasLeft = (waiter: Waiter): boolean => {
  if (!isAborted(waiter.call)) return false
  waiter.stop?.()
  waiter.reject(abortReason(waiter.call))
  return true
}

const leastToTidy = 64
