import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** What came back: a whole answer, or the end of the connection. */
export type Outcome = { readonly status: number; readonly body: string } | { readonly status: 'closed' | 'hung' }

/** One connection, reused as long as it is good. */
export class Wire {
  readonly #port: number
  #socket: Socket | undefined

  constructor(port: number) {
    this.#port = port
  }

  /**
   * Sends bytes and waits for the answer.
   *
   * @param isLeaving hang up for writing as soon as it is written
   */
  async send(bytes: Buffer, isLeaving: boolean): Promise<Outcome> {
    const socket = (this.#socket ??= await open(this.#port))
    const outcome = await answerOn(socket, () => (isLeaving ? socket.end(bytes) : socket.write(bytes)))
    if (outcome.status === 'closed' || outcome.status === 'hung') this.close()
    return outcome
  }

  close(): void {
    // A reset leaves no port waiting, of which a hundred thousand connections would use up all.
    this.#socket?.resetAndDestroy()
    this.#socket = undefined
  }
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => resolve(socket))
    socket.once('error', reject)
  })

const answerOn = (socket: Socket, write: () => void): Promise<Outcome> =>
  new Promise((resolve) => {
    let text = ''
    const end = (outcome: Outcome) => {
      clearTimeout(timer)
      socket.removeAllListeners()
      socket.on('error', () => {})
      resolve(outcome)
    }
    const timer = setTimeout(() => end({ status: 'hung' }), patienceMs)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const answer = wholeAnswer(text)
      if (answer !== undefined) end(answer)
    })
    const closed = () => end(wholeAnswer(text, true) ?? { status: 'closed' })
    socket.on('end', closed)
    socket.on('close', closed)
    socket.on('error', closed)
    if (socket.destroyed) closed()
    else write()
  })

const wholeAnswer = (text: string, isOver = false): Outcome | undefined => {
  const head = text.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  if (head === -1 || Number.isNaN(status)) return undefined
  // Read as Latin-1, so that a character is a byte, as lengths count them.
  const bytes = text.slice(head + 4)
  const body = Buffer.from(bytes, 'latin1').toString()
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1]
  if (length !== undefined) return bytes.length >= Number(length) ? { status, body } : undefined
  if (/\r\ntransfer-encoding: *chunked/i.test(text.slice(0, head))) {
    return bytes.endsWith('0\r\n\r\n') ? { status, body: '' } : undefined
  }
  return status === 204 || isOver ? { status, body } : undefined
}

/** Longer than the server takes to give up a client that sends nothing more. */
const patienceMs = 15_000
