import { onAbort } from '@millrace/core'
import type { Call, SharedSlot, Timer } from '@millrace/core'
import type { AskedCounters } from '../askedCounters.ts'

/** What a slot is held for. */
export interface Hold {
  readonly slot: SharedSlot
  readonly call: Call
  readonly counters: AskedCounters
  /** How long it is kept after the call was cancelled. */
  readonly graceMs: number
  /** Hears that it has been given back. */
  readonly freed: () => void
}

/** A slot of those that processes share: renewed until it is given back, or its call has been cancelled for too long. */
export class HeldSlot {
  readonly #hold: Hold
  readonly #stopListening: () => void
  #renewal: Timer
  #grace: Timer | undefined
  #isOver = false

  constructor(hold: Hold) {
    const { call, graceMs } = hold
    this.#hold = hold
    this.#renewal = this.#renewLater()
    this.#stopListening = onAbort(call, () => {
      if (graceMs < Infinity) this.#grace = call.clock.after(graceMs, () => void this.end())
    })
  }

  async end(): Promise<void> {
    if (this.#isOver) return
    const { slot, call, counters, freed } = this.#hold
    this.#isOver = true
    this.#renewal.cancel()
    this.#grace?.cancel()
    this.#stopListening()
    await counters.ask(
      call.clock,
      () => slot.release(),
      () => {},
    )
    freed()
  }

  #renewLater(): Timer {
    const { slot, call } = this.#hold
    return call.clock.after(slot.renewMs, () => void this.#renew())
  }

  async #renew(): Promise<void> {
    const { slot, call, counters } = this.#hold
    const isHeld = await counters.ask(
      call.clock,
      () => slot.renew(),
      (answer) => answer !== false,
    )
    if (!this.#isOver && isHeld !== false) this.#renewal = this.#renewLater()
  }
}
