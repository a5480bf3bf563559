import { abortReason, isAborted, keepAlive, onAbort, waitsForTurn } from '@millrace/core'
import type { Call, Clock, Counters, Next, Result, SharedSlot } from '@millrace/core'
import { AskedCounters } from '../askedCounters.ts'
import { unbegun } from '../unbegun.ts'
import { HeldSlot } from './heldSlot.ts'

/** What shared slots need of their queue. */
export interface SharedSlotsOptions {
  readonly counters: Counters
  readonly name: string
  /** How many there are. */
  readonly max: () => number
  readonly maxWaitMs: number
  /** How long a handler that goes on after its call was cancelled keeps its slot. */
  readonly graceMs: number
  /** The error of a call that has waited for too long. */
  readonly refusal: (call: Call, waitMs: number) => Error
}

interface Waiter {
  readonly call: Call
  readonly arrivedAt: number
  readonly latestStart: number
  readonly admit: (slot: SharedSlot | undefined) => void
  readonly refuse: (error: unknown) => void
}

/**
 * The slots of a queue that several processes share. A call that has its slot here takes one of those as well, and gives
 * it back when it settles. Those who find none wait, in order; the first of them asks again and again, and
 * says for how long it has waited: a process that has much to do keeps nobody else from its turn.
 */
export class SharedSlots {
  readonly #options: SharedSlotsOptions
  readonly #counters: AskedCounters
  readonly #line = new Set<Waiter>()
  readonly #own = crypto.randomUUID()
  #isAsking = false
  /** Ends the pause until the next question. */
  #wake: (() => void) | undefined

  constructor(options: SharedSlotsOptions) {
    this.#options = options
    this.#counters = new AskedCounters(options.counters, options.name)
  }

  async run(call: Call, next: Next): Promise<Result> {
    const slot = this.#counters.isResting ? undefined : await this.#slotFor(call)
    const held = slot && this.#held(slot, call)
    try {
      if (isAborted(call)) throw unbegun(abortReason(call))
      return await next(call)
    } finally {
      // Nobody waits for it to be given back, but those who want it.
      void held?.end()
    }
  }

  #slotFor(call: Call): Promise<SharedSlot | undefined> {
    return new Promise((resolve, reject) => {
      const arrivedAt = call.clock.now()
      const leave = (): void => {
        stop()
        waitsForTurn(call, -1)
        this.#line.delete(waiter)
      }
      const waiter: Waiter = {
        call,
        arrivedAt,
        latestStart: Math.min(call.deadline, arrivedAt + this.#options.maxWaitMs),
        admit: (slot) => {
          leave()
          resolve(slot)
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      this.#line.add(waiter)
      waitsForTurn(call, 1)
      let stop = () => {}
      stop = onAbort(call, (reason) => waiter.refuse(unbegun(reason)))
      if (!this.#isAsking) void this.#ask(call.clock)
    })
  }

  async #ask(clock: Clock): Promise<void> {
    this.#isAsking = true
    const letGo = keepAlive()
    let pauseMs = shortestMs
    while (this.#line.size > 0) {
      const found = await this.#occupy(clock)
      this.#expire((waiter) => waiter.call.deadline)
      const [first] = this.#line
      if (found?.slot !== undefined) {
        pauseMs = shortestMs
        if (first === undefined) await this.#giveBack(found.slot, clock)
        else first.admit(found.slot)
      } else if (found === undefined) {
        // Nobody waits for what cannot be asked: their slots here are all that counts.
        for (const waiter of this.#line) waiter.admit(undefined)
      } else {
        await this.#pause(clock, pauseMs)
        pauseMs = Math.min(longestMs, pauseMs * 1.5)
        this.#expire((waiter) => waiter.latestStart)
      }
    }
    letGo()
    this.#isAsking = false
  }

  #expire(latest: (waiter: Waiter) => number): void {
    for (const waiter of this.#line) {
      const { call, arrivedAt } = waiter
      const now = call.clock.now()
      if (now >= latest(waiter)) waiter.refuse(this.#options.refusal(call, now - arrivedAt))
    }
  }

  #occupy(clock: Clock): Promise<{ readonly slot: SharedSlot | undefined } | undefined> {
    const { name, max } = this.#options
    const [first] = this.#line
    const waitedMs = first!.call.clock.now() - first!.arrivedAt
    return this.#counters.ask(
      clock,
      (counters) => counters.occupy({ limit: name, key: '' }, max(), { by: this.#own, waitedMs }),
      slotOf,
      (answer) => {
        const { slot } = slotOf(answer)
        if (slot !== undefined) void this.#giveBack(slot, clock)
      },
    )
  }

  #held(slot: SharedSlot, call: Call): HeldSlot {
    const { graceMs } = this.#options
    return new HeldSlot({ slot, call, counters: this.#counters, graceMs, freed: () => this.#wake?.() })
  }

  async #giveBack(slot: SharedSlot, clock: Clock): Promise<void> {
    await this.#counters.ask(
      clock,
      () => slot.release(),
      () => {},
    )
  }

  #pause(clock: Clock, forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        this.#wake = undefined
        timer.cancel()
        resolve()
      }
      const timer = clock.after(forMs, over)
      this.#wake = over
    })
  }
}

const slotOf = (answer: unknown): { readonly slot: SharedSlot | undefined } => {
  if (answer === undefined) return { slot: undefined }
  const { renewMs, renew, release } = (answer ?? {}) as Partial<SharedSlot>
  if (typeof renew === 'function' && typeof release === 'function' && (renewMs as number) > 0) {
    return { slot: answer as SharedSlot }
  }
  throw new TypeError('the counters gave something else than a slot')
}

const shortestMs = 2
const longestMs = 20
