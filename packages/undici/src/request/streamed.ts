import { tooLarge } from '../content/coding.ts'
import type { HttpHeaders } from '../response.ts'
import type { Answer } from './answer.ts'
import type { Flow, Receiver } from './exchange.ts'
import { Pieces } from './pieces.ts'
import { Whole } from './whole.ts'
import type { Wanted } from './whole.ts'

/** Gives an answer as soon as its head is there, and its body as it comes. What was not asked for is collected. */
export class Streamed implements Receiver {
  readonly #wanted: Wanted
  readonly #resolve: (answer: Answer) => void
  readonly #whole: Whole
  #pieces: Pieces | undefined

  constructor(wanted: Wanted, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#wanted = wanted
    this.#resolve = resolve
    this.#whole = new Whole(wanted, resolve, reject)
  }

  head(status: number, headers: HttpHeaders, flow: Flow): void {
    const { maxBytes } = this.#wanted
    if (!this.#wanted.isWanted(status, headers)) return this.#whole.head(status, headers, flow)
    if (Number(headers['content-length']) > maxBytes) return flow.giveUp(tooLarge(maxBytes))
    this.#pieces = new Pieces(flow, maxBytes)
    this.#resolve({ status, headers, bytes: nothing, pieces: this.#pieces })
  }

  piece(bytes: Buffer): void {
    if (this.#pieces === undefined) this.#whole.piece(bytes)
    else this.#pieces.push(bytes)
  }

  end(): void {
    if (this.#pieces === undefined) this.#whole.end()
    else this.#pieces.end()
  }

  fail(error: unknown): void {
    if (this.#pieces === undefined) this.#whole.fail(error)
    else this.#pieces.fail(error)
  }
}

const nothing = Buffer.alloc(0)
