import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A client that keeps its connections busy, each with one request at a time. */
export interface Load {
  /** Sends `times` requests and waits for their answers. @throws Error for an answer that is not 200 */
  send(times: number): Promise<void>
  close(): void
}

/**
 * Opens connections to a port of this machine.
 *
 * @param requests whole HTTP requests as text, sent in turn
 */
export const load = async (port: number, connections: number, requests: readonly string[]): Promise<Load> => {
  const bytes = requests.map((text) => Buffer.from(text))
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  let sent = 0
  return {
    send: async (times) => {
      let left = times
      const work = async (socket: Socket) => {
        while (left > 0) {
          left -= 1
          socket.write(bytes[(sent += 1) % bytes.length] as Buffer)
          await answerOn(socket)
        }
      }
      await Promise.all(sockets.map(work))
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** An HTTP request to the MCP path. */
export const requestText = (headers: { readonly [name: string]: string }, body: string): string =>
  [
    'POST /mcp HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.setNoDelay(true)
    socket.on('error', reject)
  })

const answerOn = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = ''
    let wanted = -1
    const end = (error?: Error) => {
      socket.off('data', take)
      socket.off('close', gone)
      if (error === undefined) resolve()
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
