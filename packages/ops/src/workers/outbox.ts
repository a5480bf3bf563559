import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import type { Clock, Timer } from '@millrace/core'
import type { Answer } from '../listener/answer.ts'
import type { Part } from '../listener/part.ts'

/** A request that has come to the supervisor, for one of its workers. */
export interface Forwarded {
  /** Of the answer, chosen by whoever asks. */
  readonly id: string
  readonly path: string
  readonly url: string
  readonly accept: string | undefined
}

/** The beginning of an answer; the rest is asked for piece by piece, so that no more is on its way than is taken. */
export interface Opening extends Piece {
  readonly status: number | undefined
  readonly type: string
  readonly headers: { readonly [name: string]: string }
}

/** A piece of an answer. */
export interface Piece {
  readonly text: string
  readonly isLast: boolean
}

/** Answers of this process on their way to the supervisor. */
export class Outbox {
  readonly #parts: readonly Part[]
  readonly #clock: Clock
  readonly #open = new Map<string, Sending>()

  constructor(parts: readonly Part[], clock: Clock) {
    this.#parts = parts
    this.#clock = clock
    for (const part of parts) part.open?.()
  }

  /** Answers as the route of this path does. @throws Error when there is none */
  async begin({ id, path, url, accept }: Forwarded): Promise<Opening> {
    const route = this.#parts.flatMap(({ routes }) => routes).find((one) => one.path === path)
    if (route === undefined) throw new Error(`There is nothing at ${path} in this worker.`)
    const caller = new Caller()
    const sending: Sending = { caller, pieces: undefined, timer: undefined }
    this.#open.set(id, sending)
    try {
      const { status, type, headers = {}, body } = await route.handle({ url, headers: { accept }, socket: caller })
      sending.pieces = piecesOf(body)
      return { status, type, headers, ...(await this.next(id)) }
    } catch (error) {
      this.drop(id)
      throw error
    }
  }

  /** The next piece of an answer. @throws Error when it has been dropped, or ends in the middle */
  async next(id: string): Promise<Piece> {
    const sending = this.#open.get(id)
    if (sending?.pieces === undefined) throw new Error('Nobody wanted this answer any more.')
    sending.timer?.cancel()
    let text = ''
    let isLast = false
    while (!isLast && text.length < pieceLength) {
      const piece = await sending.pieces.next()
      isLast = piece.done === true
      if (piece.done !== true) text += piece.value
    }
    if (isLast) this.drop(id)
    else sending.timer = this.#clock.after(unwantedMs, () => this.drop(id))
    return { text, isLast }
  }

  /** Nobody wants it any more. */
  drop(id: string): void {
    const sending = this.#open.get(id)
    this.#open.delete(id)
    sending?.timer?.cancel()
    sending?.caller.leave()
    void sending?.pieces?.return?.(undefined)
  }

  close(): void {
    for (const part of this.#parts) part.close?.()
    for (const id of this.#open.keys()) this.drop(id)
  }
}

interface Sending {
  readonly caller: Caller
  pieces: AsyncIterator<string, unknown> | undefined
  timer: Timer | undefined
}

/** What a socket is to a route: it says when whoever asked has gone. */
class Caller extends EventEmitter {
  destroyed = false

  leave(): void {
    this.destroyed = true
    this.emit('close')
  }
}

const piecesOf = (body: Answer['body']): AsyncIterator<string, unknown> => {
  if (typeof body === 'string') return Readable.from([body])[Symbol.asyncIterator]()
  if (body instanceof Readable) return body.setEncoding('utf8')[Symbol.asyncIterator]()
  throw new Error('This is answered by the first process alone.')
}

const pieceLength = 262_144
const unwantedMs = 30_000
