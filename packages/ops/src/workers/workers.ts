import { onSupervision } from '@millrace/core'
import type { SupervisedWorker, Supervision } from '@millrace/core'
import { topic } from './questions.ts'
import type { Questions } from './questions.ts'

/** What a worker has said, or why it has not. */
export type Said<Answer> =
  | { readonly worker: SupervisedWorker; readonly answer: Answer }
  | { readonly worker: SupervisedWorker; readonly fault: string }

/** Who wants to know what becomes of workers, from the moment on at which this process looks after any. */
export interface Caretaker {
  begin?(supervision: Supervision): void
  ready?(worker: SupervisedWorker): void
  leaving?(worker: SupervisedWorker): Promise<void>
  ended?(worker: SupervisedWorker): void
  close?(): void
}

/** The processes that this one looks after, as those see them who ask here. */
export class Workers {
  readonly #workerMs: number
  readonly #caretakers: Caretaker[] = []
  #supervision: Supervision | undefined
  #ends: Array<() => void> = []

  /** @param workerMs how long a worker may take to answer, in milliseconds */
  constructor(workerMs: number) {
    this.#workerMs = workerMs
  }

  /** Undefined in a process that looks after nobody. */
  get supervision(): Supervision | undefined {
    return this.#supervision
  }

  add(caretaker: Caretaker): void {
    this.#caretakers.push(caretaker)
  }

  /** Sees those there are, and those to come. @param url where all of them may be seen */
  open(url: URL): void {
    const begin = (supervision: Supervision): void => {
      this.#supervision = supervision
      this.#ends.push(supervision.answer(topic, () => url.href))
      for (const one of this.#caretakers) {
        one.begin?.(supervision)
        this.#ends.push(supervision.watch(one))
      }
    }
    this.#ends.push(onSupervision(begin))
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end()
    for (const one of this.#caretakers) one.close?.()
    this.#supervision = undefined
  }

  /**
   * Asks one of them.
   *
   * @param moreMs how much longer than usual it may take
   * @throws Error in a sentence when it does not answer in time, or with what it says is wrong
   */
  async ask<About extends keyof Questions>(
    worker: SupervisedWorker,
    about: About,
    asked: Questions[About]['asked'],
    moreMs = 0,
  ): Promise<Questions[About]['answered']> {
    const answer = await worker.ask(topic, { about, ...asked }, this.#workerMs + moreMs)
    return answer as Questions[About]['answered']
  }

  /**
   * Asks all that listen. Never rejects, and takes no longer than one may.
   *
   * @param hear is given each answer as it comes; what it throws counts as the fault of the worker
   */
  askAll<About extends keyof Questions>(
    about: About,
    asked: Questions[About]['asked'],
    { moreMs = 0, hear }: { readonly moreMs?: number; readonly hear?: Hear<About> } = {},
  ): Promise<Array<Said<Questions[About]['answered']>>> {
    const all = (this.#supervision?.workers ?? []).filter(({ state }) => state !== 'starting')
    return Promise.all(
      all.map(async (worker) => {
        try {
          const answer = await this.ask(worker, about, asked, moreMs)
          hear?.(worker, answer)
          return { worker, answer }
        } catch (error) {
          return { worker, fault: (error as Error).message }
        }
      }),
    )
  }

  /** For each place whether the worker that takes calls there is among those that have answered. */
  up(said: ReadonlyArray<Said<unknown>>): Map<string, boolean> {
    const wanted = this.#supervision?.wanted ?? 0
    const all = new Map(Array.from({ length: wanted }, (_place, index) => [String(index + 1), false]))
    for (const one of said) {
      if ('answer' in one && one.worker.state === 'ready') all.set(String(one.worker.place), true)
    }
    return all
  }
}

type Hear<About extends keyof Questions> = (worker: SupervisedWorker, answer: Questions[About]['answered']) => void
