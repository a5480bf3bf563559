import { tooLarge } from '../content/coding.ts'
import type { Flow } from './exchange.ts'

/** A body on its way: pieces are taken as they are asked for, and few wait here. */
export class Pieces {
  /** How many bytes have come. */
  size = 0
  readonly #flow: Flow
  readonly #maxBytes: number
  readonly #waiting: Buffer[] = []
  #wake: (() => void) | undefined
  #isDone = false
  #error: unknown
  #hasFailed = false
  #waitingBytes = 0

  constructor(flow: Flow, maxBytes: number) {
    this.#flow = flow
    this.#maxBytes = maxBytes
  }

  push(bytes: Buffer): void {
    this.size += bytes.length
    if (this.size > this.#maxBytes) return this.#flow.giveUp(tooLarge(this.#maxBytes))
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes >= enoughBytes) this.#flow.pause()
    this.#wake?.()
  }

  end(): void {
    this.#isDone = true
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#error = error
    this.#hasFailed = true
    this.#wake?.()
  }

  /** Nobody takes any more of it. */
  leave(): void {
    this.#flow.cut()
  }

  /** The next piece; undefined at the end. @throws what it failed with, as soon as it has */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#hasFailed) throw this.#error
      const piece = this.#waiting.shift()
      if (piece !== undefined) {
        this.#waitingBytes -= piece.length
        if (this.#waitingBytes < enoughBytes) this.#flow.resume()
        return piece
      }
      if (this.#isDone) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** How much waits here before the connection is told to send no more. */
const enoughBytes = 65_536
