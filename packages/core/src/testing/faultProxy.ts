import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, NetConnectOpts, Socket } from 'node:net'

/** A TCP proxy in front of a real server that does to connections what networks and dying machines do. */
export interface FaultProxy {
  readonly host: string
  readonly port: number
  /** Connections that clients hold. */
  readonly connections: number
  /** Connections that clients have opened so far. */
  readonly accepted: number
  /** All is well: what was frozen goes on, new connections reach the server, bytes pass at once. */
  heal(): Promise<void>
  /** New connections are refused; those that exist go on. */
  refuse(): Promise<void>
  /** Nothing passes in either direction, also on new connections, which are accepted all the same. */
  freeze(): void
  /** Everything passes that much later, in milliseconds. */
  slow(ms: number): void
  /** The server's end of each connection is gone, and the client is never told. New connections are not touched. */
  halfOpen(): void
  /** Each client gets a reset (RST). */
  reset(): void
  /** Each client gets these bytes, in the middle of whatever the server was saying. */
  inject(bytes: Uint8Array): void
  /** Ends everything. */
  close(): Promise<void>
}

/** Starts a proxy on the loopback address, in front of a port or a Unix socket. */
export const faultProxy = async (server: NetConnectOpts): Promise<FaultProxy> => {
  const proxy = new Proxy(server)
  await proxy.heal()
  return proxy
}

class Proxy implements FaultProxy {
  readonly host = '127.0.0.1'
  accepted = 0
  readonly #server: NetConnectOpts
  readonly #pairs = new Set<Pair>()
  readonly #listener = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
  #port = 0
  #isFrozen = false
  #delayMs = 0

  constructor(server: NetConnectOpts) {
    this.#server = server
  }

  get port(): number {
    return this.#port
  }

  get connections(): number {
    return this.#pairs.size
  }

  async heal(): Promise<void> {
    this.#isFrozen = false
    this.#delayMs = 0
    for (const pair of this.#pairs) pair.thaw()
    for (const pair of this.#pairs) pair.delayMs = 0
    if (this.#listener.listening) return
    this.#listener.listen(this.#port, this.host)
    await once(this.#listener, 'listening')
    this.#port = (this.#listener.address() as AddressInfo).port
  }

  async refuse(): Promise<void> {
    if (!this.#listener.listening) return
    // It has stopped listening when this returns; it has closed only when its connections have.
    this.#listener.close()
    await new Promise(setImmediate)
  }

  freeze(): void {
    this.#isFrozen = true
    for (const pair of this.#pairs) pair.freeze()
  }

  slow(ms: number): void {
    this.#delayMs = ms
    for (const pair of this.#pairs) pair.delayMs = ms
  }

  halfOpen(): void {
    for (const pair of this.#pairs) pair.forget()
  }

  reset(): void {
    for (const pair of this.#pairs) pair.reset()
  }

  inject(bytes: Uint8Array): void {
    for (const pair of this.#pairs) pair.client.write(bytes)
  }

  async close(): Promise<void> {
    this.#listener.close()
    for (const pair of this.#pairs) pair.reset()
    while (this.#pairs.size > 0) await new Promise(setImmediate)
  }

  #accept(client: Socket): void {
    this.accepted += 1
    const pair = new Pair(client, connect({ ...this.#server, allowHalfOpen: true } as NetConnectOpts))
    pair.delayMs = this.#delayMs
    this.#pairs.add(pair)
    const gone = (): void => void this.#pairs.delete(pair)
    // A reset in the middle of a goodbye is an error, after which Node (24.21) never says that it is closed.
    client.once('close', gone).once('error', gone)
    if (this.#isFrozen) pair.freeze()
  }
}

/** A client and, as long as it lasts, its connection to the server. */
class Pair {
  readonly client: Socket
  delayMs = 0
  readonly #upstream: Socket
  #isForgotten = false

  constructor(client: Socket, upstream: Socket) {
    this.client = client
    this.#upstream = upstream
    this.#pass(client, upstream)
    this.#pass(upstream, client)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => this.#isForgotten || client.destroySoon())
  }

  freeze(): void {
    this.client.pause()
    this.#upstream.pause()
  }

  thaw(): void {
    this.client.resume()
    this.#upstream.resume()
  }

  forget(): void {
    this.#isForgotten = true
    this.#upstream.destroy()
  }

  reset(): void {
    this.client.resetAndDestroy()
  }

  #pass(from: Socket, to: Socket): void {
    // What comes after something that is late is late too: bytes keep their order, also when all is well again.
    let line: Promise<void> | undefined
    const later = (run: () => void): void => {
      if (line === undefined && this.delayMs === 0) return run()
      const dueAt = performance.now() + this.delayMs
      const mine = (line ?? Promise.resolve()).then(async () => {
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())))
        run()
        if (line === mine) line = undefined
      })
      line = mine
    }
    // Who is gone without a word says nothing about it either.
    from.on('error', () => {})
    from.on('data', (bytes) => later(() => to.writable && to.write(bytes)))
    from.on('end', () => later(() => this.#isForgotten || to.end()))
  }
}
