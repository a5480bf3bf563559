import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Clock } from '@millrace/core'
import { isLoopback } from './access.ts'
import type { Part } from './part.ts'
import { portFault } from './portFault.ts'
import { portsOf } from './ports.ts'
import type { Router } from './router.ts'
import { Sockets } from './sockets.ts'

/** Where to listen. */
export interface Place {
  readonly port: number
  readonly host: string
  /** Whether only addresses of this machine will do. */
  readonly isLocal: boolean
}

/** A port of its own, that keeps no process alive. */
export class Listener {
  readonly url: URL
  readonly #server: Server
  readonly #parts: readonly Part[]
  readonly #clock: Clock

  private constructor(server: Server, parts: readonly Part[], clock: Clock) {
    this.#server = server
    this.#parts = parts
    this.#clock = clock
    const { address, port, family } = server.address() as AddressInfo
    this.url = new URL(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`)
    for (const part of parts) part.open?.()
  }

  /** @throws Error in a sentence when the port is not to be had */
  static async open(place: Place, answer: Router, parts: readonly Part[], clock: Clock): Promise<Listener> {
    // Loaded when it is wanted: its module brings Node's own undici along, 20 ms of every start.
    const { createServer } = await import('node:http')
    const sockets = new Sockets(maxConnections)
    const server = createServer(bounds, (request, response) => {
      sockets.answering(request, response)
      // No route reads a body; what is sent all the same is not kept.
      request.resume()
      void answer(request, response)
    })
    server.on('connection', (socket: Socket) => sockets.opened(socket.unref()))
    await listenAtOne(server, place, portsOf(place.port))
    server.unref()
    // A connection that could not be taken, as the process has too many files open, is no reason to end it.
    server.on('error', () => {})
    return new Listener(server, parts, clock)
  }

  /** Listens no more; what is being answered gets half a second. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const part of this.#parts) part.close?.()
    this.#server.closeIdleConnections()
    const late = this.#clock.after(lingerMs, () => this.#server.closeAllConnections())
    await ended
    late.cancel()
  }
}

const listenAtOne = async (server: Server, place: Place, ports: readonly number[]): Promise<void> => {
  const [port = place.port, ...others] = ports
  try {
    await listen(server, { ...place, port })
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' || others.length === 0) throw error
    await listenAtOne(server, place, others)
  }
}

const listen = (server: Server, { port, host, isLocal }: Place): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new Error(`ops: ${portFault(error, port, host)}`, { cause: error }))
    server.once('error', fail)
    server.listen({ port, host, exclusive: true }, () => {
      server.off('error', fail)
      const { address } = server.address() as AddressInfo
      if (!isLocal || isLoopback(address)) return resolve()
      server.close()
      reject(new Error(`ops: ${host} is ${address}, which others can reach; give ops a token to listen there`))
    })
  })

const bounds = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
}

const maxConnections = 256

const lingerMs = 500
