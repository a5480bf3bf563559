import { duration } from '../duration.ts'
import type { Clock } from '../clock.ts'
import type { Letter } from './letters.ts'

/** Asks another process, and waits for what it answers, as long as somebody wants to wait. */
export class Asking {
  readonly #send: (letter: Letter) => void
  readonly #clock: Clock
  readonly #open = new Map<string, (letter: Extract<Letter, { millrace: 'answer' }>) => void>()
  // Several copies of this may ask from one process.
  readonly #name = Math.random().toString(36).slice(2)
  #count = 0

  constructor(send: (letter: Letter) => void, clock: Clock) {
    this.#send = send
    this.#clock = clock
  }

  /**
   * @param withinMs how long it may take, in milliseconds
   * @throws Error in a sentence when no answer comes in time or at all, or with what the other process said is wrong
   */
  ask(topic: string, question: unknown, withinMs: number): Promise<unknown> {
    const id = `${this.#name}.${(this.#count += 1)}`
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(withinMs, () => {
        this.#open.delete(id)
        reject(new Error(`It did not answer within ${duration(withinMs)}.`))
      })
      this.#open.set(id, ({ answer, fault }) => {
        this.#open.delete(id)
        timer.cancel()
        if (fault === undefined) resolve(answer)
        else reject(new Error(fault))
      })
      this.#send({ millrace: 'ask', id, topic, question })
    })
  }

  /** Takes an answer; what nobody waits for any more is dropped. */
  hear(letter: Extract<Letter, { millrace: 'answer' }>): void {
    this.#open.get(letter.id)?.(letter)
  }

  /** Tells all who wait that nothing comes any more. */
  end(): void {
    for (const [id, settle] of this.#open) settle({ millrace: 'answer', id, fault: 'It has ended.' })
  }
}
