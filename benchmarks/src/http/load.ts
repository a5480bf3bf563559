import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A client that keeps its connections busy, each with one request at a time. */
export interface Load {
  /** Sends `times` requests and waits for their answers. @throws Error for an answer that is not 200 */
  send(times: number): Promise<void>
  /** Sends the first request, and gives the whole answer. */
  first(): Promise<string>
  close(): void
}

/**
 * Connects to a port of this machine, whenever there is something to send: a server that is left alone for long hangs up.
 *
 * @param requests whole HTTP requests as text, sent in turn
 */
export const load = (port: number, connections: number, requests: readonly string[]): Load => {
  const bytes = requests.map((text) => Buffer.from(text))
  const sockets: Array<Socket | undefined> = Array.from({ length: connections }, () => undefined)
  const socketAt = async (at: number): Promise<Socket> => {
    const kept = sockets[at]
    return kept?.destroyed === false ? kept : (sockets[at] = await open(port))
  }
  let sent = 0
  const workOn = async (at: number, isWanted: () => boolean): Promise<void> => {
    const socket = await socketAt(at)
    while (isWanted()) {
      socket.write(bytes[(sent += 1) % bytes.length] as Buffer)
      await answerOn(socket)
    }
  }
  return {
    send: async (times) => {
      let left = times
      const isWanted = () => (left -= 1) >= 0
      await Promise.all(sockets.map((_, at) => workOn(at, isWanted)))
    },
    first: async () => {
      const socket = await socketAt(0)
      socket.write(bytes[0] as Buffer)
      return answerOn(socket)
    },
    close: () => {
      for (const socket of sockets) socket?.destroy()
    },
  }
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.setNoDelay(true)
    socket.on('error', reject)
  })

const answerOn = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    let wanted = -1
    const end = (error?: Error) => {
      socket.off('data', take)
      socket.off('close', gone)
      if (error === undefined) resolve(text)
      else reject(error)
    }
    const gone = () => end(new Error('the server closed the connection'))
    if (socket.destroyed) return gone()
    const take = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (wanted === -1) {
        const head = text.indexOf('\r\n\r\n')
        if (head === -1) return
        if (!text.startsWith('HTTP/1.1 200')) return end(new Error(text.slice(0, 500)))
        const length = /content-length: *(\d+)/i.exec(text.slice(0, head))?.[1]
        wanted = length === undefined ? Infinity : head + 4 + Number(length)
      }
      // Without a length it is chunked, and the last chunk is empty.
      if (text.length >= wanted || (wanted === Infinity && text.endsWith('\r\n0\r\n\r\n'))) end()
    }
    socket.on('data', take)
    socket.on('close', gone)
  })
