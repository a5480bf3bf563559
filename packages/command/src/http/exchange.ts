import { StringDecoder } from 'node:string_decoder'
import type { Clock, Timer } from '@millrace/core'
import type { Client, Dispatcher } from 'undici'
import { eventStream } from '../wire/eventStream.ts'
import { isRecord } from '../wire/judge.ts'
import type { Params } from '../wire/request.ts'
import type { Answered } from './answered.ts'
import { failureOf } from './transportFailure.ts'

/** One POST, ready to be sent. */
export interface Post {
  readonly path: string
  readonly headers: string[]
  readonly body: string
  /** Of the request in the body; undefined for what gets no answer. */
  readonly id: number | undefined
  /** From now on, in milliseconds. */
  readonly timeoutMs: number
  /** Gets what the server sends in the stream besides the answer. */
  readonly onOther: (message: Params) => void
}

/** Sends a POST on a connection. Never rejects. */
export const exchange = (client: Client, post: Post, clock: Clock): Promise<Answered> =>
  new Promise((resolve) => {
    const reading = new Reading(post, clock, resolve)
    const { path, headers, body } = post
    client.dispatch({ path, method: 'POST', headers, body }, reading)
  })

/** Reads one answer as it arrives. */
class Reading implements Dispatcher.DispatchHandler {
  readonly #post: Post
  readonly #timer: Timer
  readonly #settle: (answered: Answered) => void
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #bytes = 0
  #status = 0
  #headers: Answered['headers'] = {}
  #chunks: Buffer[] = []
  #events: ((chunk: string) => string[]) | undefined
  #decoder: StringDecoder | undefined

  constructor(post: Post, clock: Clock, settle: (answered: Answered) => void) {
    this.#post = post
    this.#settle = settle
    this.#timer = clock.after(post.timeoutMs, () => this.#giveUp())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('given up before it was sent'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status
    this.#headers = headers
    if (status === 200 && String(headers['content-type']).startsWith('text/event-stream')) {
      this.#events = eventStream()
      this.#decoder = new StringDecoder('utf8')
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.byteLength
    if (this.#events === undefined || this.#decoder === undefined) this.#chunks.push(chunk)
    else for (const data of this.#events(this.#decoder.write(chunk))) this.#takeEvent(data)
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const body = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    this.#end({ body: body?.toString() })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end({ failure: failureOf(error) })
  }

  #takeEvent(data: string): void {
    let message: unknown
    try {
      message = JSON.parse(data)
    } catch {
      message = undefined
    }
    if (!isRecord(message)) return
    if ('method' in message) this.#post.onOther(message)
    // The answer is there, whenever the server closes the stream.
    else if (message['id'] === this.#post.id) this.#end({ message })
  }

  #giveUp(): void {
    this.#end({ failure: { kind: 'timed out', detail: 'no answer in time' } })
    this.#controller?.abort(new Error('timed out'))
  }

  #end(ended: Pick<Answered, 'body' | 'failure' | 'message'>): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#timer.cancel()
    this.#settle({ status: this.#status, headers: this.#headers, bytes: this.#bytes, ...ended })
  }
}
