import type { Dispatcher } from 'undici'
import type { Gate, Waiter } from '../origin/gate.ts'
import type { Answer } from './answer.ts'
import { Exchange } from './exchange.ts'
import type { Receiver } from './exchange.ts'
import type { Life, Stoppable } from './life.ts'
import type { Target } from './target.ts'

/** Makes what takes an answer. */
export type ReceiverOf = (resolve: (answer: Answer) => void, reject: (error: unknown) => void) => Receiver

/** Asks one origin once, when it is its turn. */
export const hop = (
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  gate: Gate,
  target: Target,
  life: Life,
  receiverOf: ReceiverOf,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const one = new Hop(dispatcher, gate, target, life, receiverOf(resolve, reject))
    life.doing = one
    gate.enter(one)
  })

class Hop implements Waiter, Stoppable {
  readonly #dispatcher: Pick<Dispatcher, 'dispatch'>
  readonly #gate: Gate
  readonly #target: Target
  readonly #life: Life
  readonly #receiver: Receiver

  constructor(dispatcher: Pick<Dispatcher, 'dispatch'>, gate: Gate, target: Target, life: Life, receiver: Receiver) {
    this.#dispatcher = dispatcher
    this.#gate = gate
    this.#target = target
    this.#life = life
    this.#receiver = receiver
  }

  granted(): void {
    const { url, method, headers, body = null } = this.#target
    const exchange = new Exchange(this.#receiver, () => this.#leave())
    this.#life.doing = exchange
    const { origin, pathname, search } = url
    this.#dispatcher.dispatch({ origin, path: pathname + search, method, headers, body }, exchange)
  }

  refused(error: unknown): void {
    this.#receiver.fail(error)
  }

  giveUp(reason: unknown): void {
    if (this.#gate.forget(this)) this.refused(reason)
  }

  #leave(): void {
    // undici uses a connection again one turn of the event loop later: who comes sooner waits in a line of its own.
    if (this.#gate.waiting > 0) setImmediate(() => this.#gate.leave())
    else this.#gate.leave()
  }
}
