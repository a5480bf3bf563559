import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '@millrace/core'
import { AnswerReader } from './answerReader.ts'
import type { AnswerSink } from './answerReader.ts'
import type { Head } from './head.ts'

/** Where connections lead. */
export interface Place {
  readonly url: URL
  readonly clock: Clock
  /** What all connections read into: whatever comes is taken before anything else can. */
  readonly buffer: Buffer
}

/** Who gets the answer of one request. Of `onEnd` and `onFailure` one comes, once, unless the request is abandoned. */
export interface Receiver extends AnswerSink {
  onFailure(error: Error): void
}

/**
 * A connection of HTTP/1.1, kept open and opened again when it has gone, for one request after another. A load is made
 * of hundreds of thousands of these; a client for every purpose takes as long for one as the server does.
 */
export class Connection {
  readonly #place: Place
  #socket: Socket | undefined
  #reader = new AnswerReader()
  #receiver: Receiver | undefined
  /** A request that waits for the rest of the answer before. */
  #next: { readonly receiver: Receiver; proceed(): void } | undefined
  #isKept = true
  #keptMs = Infinity
  #idleSince = 0

  constructor(place: Place) {
    this.#place = place
  }

  /** Whether a request would be sent at once. */
  get isFree(): boolean {
    return this.#receiver === undefined && !this.#reader.isMidway
  }

  /** Sends a request, as its whole text; bytes beyond ASCII have to be in a buffer. */
  send(request: string | Buffer, receiver: Receiver): void {
    if (this.#reader.isMidway) return this.#sendAfterwards(request, receiver)
    const { clock } = this.#place
    if (clock.now() - this.#idleSince > this.#keptMs - 1000) this.#drop()
    this.#receiver = receiver
    this.#socket ??= this.#open()
    if (typeof request === 'string') this.#socket.write(request, 'latin1')
    else this.#socket.write(request)
  }

  /** Nobody waits for the answer any more; what is on its way spoils the connection. */
  abandon(): void {
    this.#receiver = undefined
    this.#next = undefined
    this.#drop()
  }

  /** Ends it; whoever waits for an answer is told. */
  close(): void {
    const waiting = [this.#receiver, this.#next?.receiver]
    this.abandon()
    for (const receiver of waiting) receiver?.onFailure(new Error('the connection was closed'))
  }

  /** The answer is known already; the rest of it belongs to nobody. */
  settle(): void {
    this.#receiver = undefined
  }

  #sendAfterwards(request: string | Buffer, receiver: Receiver): void {
    const next = {
      receiver,
      proceed: () => {
        patience.cancel()
        this.#next = undefined
        this.send(request, receiver)
      },
    }
    const patience = this.#place.clock.after(patienceMs, () => {
      if (this.#next !== next) return
      this.#drop()
      next.proceed()
    })
    this.#next = next
  }

  #open(): Socket {
    const { url, buffer } = this.#place
    const isTls = url.protocol === 'https:'
    const host = url.hostname.replaceAll(/^\[|\]$/g, '')
    const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
    const onread = {
      buffer,
      callback: (bytes: number) => {
        if (this.#socket === socket) this.#take(bytes)
        return true
      },
    }
    const common = { host, port, noDelay: true, onread }
    const socket: Socket = isTls
      ? connectTls({ ...common, ALPNProtocols: ['http/1.1'], ...(/[a-z]/i.test(host) ? { servername: host } : {}) })
      : connect(common)
    this.#reader = new AnswerReader()
    this.#isKept = true
    this.#keptMs = Infinity
    socket.on('error', (error) => this.#fail(socket, error))
    socket.on('close', () => this.#fail(socket, closed()))
    return socket
  }

  #take(bytes: number): void {
    const wrong = this.#reader.take(this.#place.buffer, bytes, this)
    if (wrong !== undefined && this.#socket !== undefined) this.#fail(this.#socket, new Error(wrong))
  }

  onHead(head: Head): void {
    this.#isKept = head.isKept
    this.#keptMs = head.keptMs
    this.#receiver?.onHead(head)
  }

  onBody(buffer: Buffer, from: number, to: number): void {
    this.#receiver?.onBody(buffer, from, to)
  }

  onEnd(): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    if (!this.#isKept) this.#drop()
    if (this.#keptMs !== Infinity) this.#idleSince = this.#place.clock.now()
    receiver?.onEnd()
    this.#next?.proceed()
  }

  #fail(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return
    const receiver = this.#receiver
    if (this.#reader.close(this)) return
    this.#receiver = undefined
    this.#drop()
    receiver?.onFailure(error)
    this.#next?.proceed()
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#reader = new AnswerReader()
    this.#keptMs = Infinity
    socket?.destroy()
  }
}

/** How long the rest of an answer may take whose message is known, before the next request goes elsewhere. */
const patienceMs = 100

const closed = (): Error => Object.assign(new Error('the server closed the connection'), { code: 'closed' })
