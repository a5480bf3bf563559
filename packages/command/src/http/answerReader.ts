import { ChunkReader } from './chunkReader.ts'
import { headOf } from './head.ts'
import type { Head } from './head.ts'

/** Who gets an answer while it arrives. Bytes are only lent: the buffer is used again for what comes next. */
export interface AnswerSink {
  onHead(head: Head): void
  onBody(buffer: Buffer, from: number, to: number): void
  /** The answer is whole. */
  onEnd(): void
}

/**
 * Reads HTTP/1 answers out of what a connection brings, in whatever pieces. A load sees the same head again and again:
 * one that is equal to the last, byte for byte, is not read anew.
 */
export class AnswerReader {
  #text = ''
  #head: Head | undefined
  #partial = ''
  /** What of the body is still to come; undefined between answers. */
  #left: number | ChunkReader | 'closed' | undefined

  /** Whether an answer has begun and is not whole. */
  get isMidway(): boolean {
    return this.#left !== undefined || this.#partial !== ''
  }

  /**
   * Takes what has come.
   *
   * @returns what is wrong with it, as a sentence, after which nothing more can be read; undefined when nothing is
   */
  take(buffer: Buffer, length: number, sink: AnswerSink): string | undefined {
    let at = 0
    while (at < length) {
      if (this.#left === undefined) {
        at = this.#takeHead(buffer, at, length)
        if (at === -1) return 'what came is no HTTP answer'
        if (at === 0) return undefined
        this.#begin(sink)
      } else if (typeof this.#left === 'number') {
        const to = Math.min(length, at + this.#left)
        sink.onBody(buffer, at, to)
        this.#left -= to - at
        at = to
        if (this.#left === 0) this.#end(sink)
      } else if (this.#left === 'closed') {
        sink.onBody(buffer, at, length)
        at = length
      } else {
        at = this.#left.take(buffer, at, length, sink)
        if (at === -1) return 'a chunk has no length'
        if (this.#left.isDone) this.#end(sink)
      }
    }
    return undefined
  }

  /** The server has closed the connection. @returns whether that is how the answer ends */
  close(sink: AnswerSink): boolean {
    const isEnd = this.#left === 'closed'
    if (isEnd) this.#end(sink)
    return isEnd
  }

  /** @returns where the body begins; 0 when the head is not whole yet, -1 when there is none */
  #takeHead(buffer: Buffer, at: number, length: number): number {
    const found = buffer.indexOf(endOfHead, at)
    // Behind `length` stands what an earlier answer has left.
    if (this.#partial === '' && found !== -1 && found + endOfHead.length <= length) {
      const text = buffer.toString('latin1', at, found)
      return this.#knows(text) ? found + endOfHead.length : -1
    }
    const before = this.#partial.length
    this.#partial += buffer.toString('latin1', at, length)
    const end = this.#partial.indexOf('\r\n\r\n')
    if (end === -1) return this.#partial.length > maxHeadBytes || !isBeginning(this.#partial) ? -1 : 0
    const text = this.#partial.slice(0, end)
    this.#partial = ''
    return this.#knows(text) ? at + end + endOfHead.length - before : -1
  }

  #knows(text: string): boolean {
    if (text !== this.#text) {
      this.#text = text
      this.#head = headOf(text)
    }
    return this.#head !== undefined
  }

  #begin(sink: AnswerSink): void {
    const head = this.#head!
    // 100 Continue and the like: the answer itself comes later.
    if (head.status < 200) return
    this.#left = head.body === 'chunked' ? new ChunkReader() : head.body
    sink.onHead(head)
    if (this.#left === 0) this.#end(sink)
  }

  #end(sink: AnswerSink): void {
    this.#left = undefined
    sink.onEnd()
  }
}

const endOfHead = Buffer.from('\r\n\r\n')
const maxHeadBytes = 65_536
const isBeginning = (text: string): boolean => 'HTTP/1.'.startsWith(text.slice(0, 7))
