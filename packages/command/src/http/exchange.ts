import { StringDecoder } from 'node:string_decoder'
import type { Clock, Timer } from '@millrace/core'
import { eventStream } from '../wire/eventStream.ts'
import { isRecord } from '../wire/judge.ts'
import type { Params } from '../wire/request.ts'
import type { Answered } from './answered.ts'
import type { Connection, Receiver } from './connection.ts'
import type { Head } from './head.ts'
import { failureOf } from './transportFailure.ts'

/** One request, ready to be sent. */
export interface Sent {
  /** As it goes over the wire. */
  readonly request: string | Buffer
  /** Of the JSON-RPC request in the body; undefined for what gets no answer. */
  readonly id: number | undefined
  /** From now on, in milliseconds. */
  readonly timeoutMs: number
  /** Gets what the server sends in the stream besides the answer. */
  readonly onOther: (message: Params) => void
}

/** Sends a request on a connection. Never rejects. */
export const exchange = (connection: Connection, sent: Sent, clock: Clock): Promise<Answered> =>
  new Promise((resolve) => {
    connection.send(sent.request, new Reading(connection, sent, clock, resolve))
  })

/** Reads one answer as it arrives. */
class Reading implements Receiver {
  readonly #connection: Connection
  readonly #sent: Sent
  readonly #timer: Timer
  readonly #settle: (answered: Answered) => void
  #bytes = 0
  #status = 0
  #headers: Answered['headers'] = {}
  #whole: number | undefined
  #body: string | undefined
  #chunks: Buffer[] = []
  #events: ((chunk: string) => string[]) | undefined
  #decoder: StringDecoder | undefined

  constructor(connection: Connection, sent: Sent, clock: Clock, settle: (answered: Answered) => void) {
    this.#connection = connection
    this.#sent = sent
    this.#settle = settle
    this.#timer = clock.after(sent.timeoutMs, () => this.#giveUp())
  }

  onHead({ status, headers, body }: Head): void {
    this.#status = status
    this.#headers = headers
    if (typeof body === 'number') this.#whole = body
    if (status === 200 && headers['content-type']?.startsWith('text/event-stream') === true) {
      this.#events = eventStream()
      this.#decoder = new StringDecoder('utf8')
    }
  }

  onBody(buffer: Buffer, from: number, to: number): void {
    this.#bytes += to - from
    if (this.#events !== undefined && this.#decoder !== undefined) {
      for (const data of this.#events(this.#decoder.write(buffer.subarray(from, to)))) this.#takeEvent(data)
    } else if (this.#whole === to - from) this.#body = buffer.toString('utf8', from, to)
    else this.#chunks.push(Buffer.from(buffer.subarray(from, to)))
  }

  onEnd(): void {
    const body = this.#body ?? (this.#chunks.length === 0 ? undefined : Buffer.concat(this.#chunks).toString())
    this.#end({ body })
  }

  onFailure(error: Error): void {
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
    if ('method' in message) this.#sent.onOther(message)
    else if (message['id'] === this.#sent.id) {
      // The answer is there, whenever the server ends the stream.
      this.#connection.settle()
      this.#end({ message })
    }
  }

  #giveUp(): void {
    this.#connection.abandon()
    this.#end({ failure: { kind: 'timed out', detail: 'no answer in time' } })
  }

  #end(ended: Pick<Answered, 'body' | 'failure' | 'message'>): void {
    this.#timer.cancel()
    this.#settle({ status: this.#status, headers: this.#headers, bytes: this.#bytes, ...ended })
  }
}
