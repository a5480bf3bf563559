import { tooLarge } from '../content/coding.ts'
import type { HttpHeaders } from '../response.ts'
import type { Answer } from './answer.ts'
import type { Flow, Receiver } from './exchange.ts'

/** Which body is collected, and how much of it. */
export interface Wanted {
  readonly maxBytes: number
  /** Whether the body is what was asked for; else its beginning will do. */
  isWanted(status: number, headers: HttpHeaders): boolean
}

/** Collects an answer, and no more of it than may be. */
export class Whole implements Receiver {
  readonly #wanted: Wanted
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: unknown) => void
  readonly #pieces: Buffer[] = []
  #flow: Flow | undefined
  #status = 0
  #headers: HttpHeaders = {}
  #size = 0
  #isWhole = true

  constructor(wanted: Wanted, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#wanted = wanted
    this.#resolve = resolve
    this.#reject = reject
  }

  head(status: number, headers: HttpHeaders, flow: Flow): void {
    this.#flow = flow
    this.#status = status
    this.#headers = headers
    this.#isWhole = this.#wanted.isWanted(status, headers)
    if (this.#isWhole && Number(headers['content-length']) > this.#wanted.maxBytes) this.#overflow()
  }

  piece(bytes: Buffer): void {
    this.#pieces.push(bytes)
    this.#size += bytes.length
    if (this.#size > (this.#isWhole ? this.#wanted.maxBytes : beginningBytes)) this.#overflow()
  }

  end(): void {
    const [only = nothing] = this.#pieces
    const bytes = this.#pieces.length > 1 ? Buffer.concat(this.#pieces, this.#size) : only
    this.#resolve({ status: this.#status, headers: this.#headers, bytes })
  }

  fail(error: unknown): void {
    this.#reject(error)
  }

  #overflow(): void {
    if (this.#isWhole) this.#flow?.giveUp(tooLarge(this.#wanted.maxBytes))
    else this.#flow?.cut()
  }
}

/** How much is kept of what a service says beside an answer. */
const beginningBytes = 16_384

const nothing = Buffer.alloc(0)
