import { keepAlive, onAbort, waitsForTurn } from '@millrace/core'
import type { Call, Counters, Taken } from '@millrace/core'
import { AskedCounters } from '../askedCounters.ts'
import { firstPart } from './firstPart.ts'
import type { Pace } from './gcra.ts'
import { unbegun } from '../unbegun.ts'

/** The rates of a limit that several processes share. */
export class SharedRates {
  readonly #counters: AskedCounters
  readonly #limit: string

  constructor(counters: Counters, limit: string) {
    this.#counters = new AskedCounters(counters, limit)
    this.#limit = limit
  }

  /** Whether they can be asked at present. */
  get areThere(): boolean {
    return !this.#counters.isResting
  }

  /** Counts a call that would wait for so long; undefined when that could not be done. */
  take(
    { clock }: Call,
    key: string,
    cost: number,
    paces: readonly Pace[],
    maxWaitMs: number,
  ): Promise<Taken | undefined> {
    return this.#counters.ask(
      clock,
      (counters) => counters.take({ limit: this.#limit, key }, cost, paces, maxWaitMs),
      (answer) => takenOf(answer, paces.length),
    )
  }

  forget({ clock }: Pick<Call, 'clock'>, key: string | undefined): void {
    void this.#counters.ask(
      clock,
      (counters) => counters.forget(this.#limit, key),
      () => {},
    )
  }
}

/** Waits for the turn that a call has been given. @throws why its caller does not want it any more */
export const turnIn = (waitMs: number, call: Call): Promise<void> =>
  new Promise((resolve, reject) => {
    const letGo = keepAlive()
    waitsForTurn(call, 1)
    const over = (): void => {
      timer.cancel()
      waitsForTurn(call, -1)
      letGo()
      stop()
    }
    const at = call.clock.now() + waitMs
    const look = (): void => {
      const leftMs = at - call.clock.now()
      if (leftMs > 0) return void (timer = call.clock.after(firstPart(leftMs), look))
      over()
      resolve()
    }
    let timer = call.clock.after(firstPart(waitMs), look)
    let stop = () => {}
    stop = onAbort(call, (reason) => {
      over()
      reject(unbegun(reason))
    })
  })

const takenOf = (answer: unknown, rates: number): Taken => {
  const { waitMs, dueMs } = (answer ?? {}) as { readonly [name: string]: unknown }
  const isTime = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value)
  if (isTime(waitMs) && Array.isArray(dueMs) && dueMs.length === rates && dueMs.every(isTime)) return { waitMs, dueMs }
  throw new TypeError('the counters gave something else than what a call has come to')
}
