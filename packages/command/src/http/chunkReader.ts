import type { AnswerSink } from './answerReader.ts'

/** Reads a body that comes in chunks, each with its length before it (RFC 9112, section 7.1). */
export class ChunkReader {
  /** Whether the last chunk has come, and the trailers after it. */
  isDone = false
  #line = ''
  #left = 0
  #isAfterLast = false

  /** @returns how far it has come; -1 when a chunk has no length */
  take(buffer: Buffer, from: number, to: number, sink: Pick<AnswerSink, 'onBody'>): number {
    let at = from
    while (at < to && !this.isDone) {
      if (this.#left > 0) {
        const end = Math.min(to, at + this.#left)
        sink.onBody(buffer, at, end)
        this.#left -= end - at
        at = end
        continue
      }
      const newline = buffer.indexOf(10, at)
      const isWhole = newline !== -1 && newline < to
      this.#line += buffer.toString('latin1', at, isWhole ? newline : to)
      if (this.#line.length > maxLineBytes) return -1
      if (!isWhole) return to
      at = newline + 1
      if (!this.#takeLine(this.#line.trim())) return -1
      this.#line = ''
    }
    return at
  }

  #takeLine(line: string): boolean {
    // After a chunk comes an empty line; after the last, trailers and one more.
    if (this.#isAfterLast) this.isDone = line === ''
    else if (line !== '') {
      const [, digits] = /^([\da-f]{1,13})\s*(?:;|$)/i.exec(line) ?? []
      if (digits === undefined) return false
      this.#left = Number.parseInt(digits, 16)
      this.#isAfterLast = this.#left === 0
    }
    return true
  }
}

const maxLineBytes = 16_384
