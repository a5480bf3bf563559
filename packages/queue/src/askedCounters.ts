import { MillraceError } from '@millrace/core'
import type { Clock, Counters, Maybe } from '@millrace/core'
import { events } from './report.ts'

/**
 * Counters that may throw, reject, hang or give nonsense, as ones that do none of that: what fails is undefined. After a
 * failure they are left alone for a while, as no call should wait for what has just failed.
 */
export class AskedCounters {
  readonly #counters: Counters
  readonly #name: string
  #isResting = false

  /** @param name of who asks */
  constructor(counters: Counters, name: string) {
    this.#counters = counters
    this.#name = name
  }

  get isResting(): boolean {
    return this.#isResting
  }

  /**
   * What they answer, in time; undefined when they do not, or what they answer is not what `read` takes.
   *
   * @param late gets what came too late
   */
  async ask<Answer>(
    clock: Clock,
    ask: (counters: Counters) => Maybe<unknown>,
    read: (answer: unknown) => Answer,
    late: (answer: unknown) => void = nothing,
  ): Promise<Answer | undefined> {
    try {
      return read(await this.#inTime(clock, ask(this.#counters), late))
    } catch (error) {
      this.#failed(clock, error)
      return undefined
    }
  }

  #inTime(clock: Clock, answer: Maybe<unknown>, late: (answer: unknown) => void): Maybe<unknown> {
    if (!(answer instanceof Promise)) return answer
    return new Promise((resolve, reject) => {
      const timer = clock.after(patienceMs, () => {
        answer.then(late).catch(nothing)
        reject(new MillraceError(`No answer within ${patienceMs} ms.`, { code: 'ERR_COUNTERS_TIMEOUT' }))
      })
      answer.then(resolve, reject).finally(() => timer.cancel())
    })
  }

  #failed(clock: Clock, error: unknown): void {
    if (!this.#isResting) {
      this.#isResting = true
      clock.after(restMs, () => (this.#isResting = false))
    }
    if (!events.hasSubscribers) return
    events.publish({ type: 'queue.countersFailed', name: this.#name, counters: this.#counters.name, error })
  }
}

const nothing = () => {}

const patienceMs = 250
const restMs = 1000
