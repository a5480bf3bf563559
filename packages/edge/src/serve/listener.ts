import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { keepAlive, kindOf, systemClock } from '@millrace/core'
import { Endpoint } from '../endpoint.ts'
import type { Notifier } from '../handover/modern.ts'
import type { Neighbours } from '../neighbours/neighbours.ts'
import type { CreateServer } from '../servers/line.ts'
import { Connections } from './connections.ts'
import { edgeOptionsOf } from './options.ts'
import type { ServeOptions } from './options.ts'
import type { Serving, ServingStats } from './serving.ts'

/** One process that listens. */
export class Listener implements Serving {
  readonly url: URL
  readonly notify: Notifier
  readonly closed: Promise<void>
  readonly #server: Server
  readonly #endpoint: Endpoint
  readonly #options: ServeOptions
  readonly #connections: Connections
  readonly #neighbours: Neighbours | undefined
  #draining: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #onClosed!: () => void

  private constructor(server: Server, options: ServeOptions, parts: Parts) {
    this.#server = server
    this.#endpoint = parts.endpoint
    this.#connections = parts.connections
    this.#neighbours = parts.neighbours
    this.#options = options
    const { address, port, family } = server.address() as AddressInfo
    this.url = new URL(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}${options.path ?? '/mcp'}`)
    this.notify = parts.endpoint.notify
    this.closed = new Promise((resolve) => (this.#onClosed = resolve))
    options.lifespan?.onDrain(() => {
      // Whoever stops it stops this too, and is not kept waiting for what it does after this.
      this.close().catch(() => {})
      return this.#drain()
    })
  }

  /**
   * @param folder where several processes that have sessions find each other; undefined for all others
   * @throws Error when something does not start, `createServer` makes no server, or the port is taken
   */
  static async open(createServerOf: CreateServer, options: ServeOptions, folder?: string): Promise<Listener> {
    // Loaded when it is wanted: its module brings Node's own undici along, 20 ms of every start.
    const { createServer } = await import('node:http')
    const neighbours = await neighboursIn(folder)
    const endpoint = new Endpoint(createServerOf, edgeOptionsOf(options), neighbours?.newId)
    const server = createServer(settingsOf(options))
    const connections = new Connections(server)
    const answer = routed(endpoint, connections, options)
    server.on('request', neighbours?.around(answer, ({ socket }) => connections.ask(socket)) ?? answer)
    await options.lifespan?.start()
    const leave = (reason: string) => Promise.all([endpoint.close(0), options.lifespan?.stop(reason)])
    try {
      // Before anybody comes who would find out.
      await endpoint.ready()
    } catch (error) {
      await leave(noServer)
      throw new Error(`serve: ${noServer}: ${error instanceof Error ? error.message : kindOf(error)}`, { cause: error })
    }
    try {
      await neighbours?.listen(createServer(settingsOf(options), answer))
      await listen(server, options)
    } catch (error) {
      neighbours?.close()
      await leave('the port is not to be had')
      throw error
    }
    return new Listener(server, options, { endpoint, connections, neighbours })
  }

  get isReady(): boolean {
    return this.#closing === undefined && this.#options.lifespan?.isReady !== false
  }

  async stats(): Promise<ServingStats> {
    return { ...this.#endpoint.stats(), workers: 1 }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  /** Gives up what it waits for while it closes. */
  hurry(): void {
    void this.#endpoint.close(0)
    this.#server.closeAllConnections()
  }

  async #close(): Promise<void> {
    const letGo = keepAlive()
    try {
      // It tells this one to drain when it is time to.
      await this.#options.lifespan?.stop('the server closes')
    } finally {
      await this.#drain()
      letGo()
      this.#onClosed()
    }
  }

  #drain(): Promise<void> {
    return (this.#draining ??= this.#end())
  }

  async #end(): Promise<void> {
    const { drainMs = 10_000, clock = systemClock, workers = 1 } = this.#options
    const ended = new Promise<void>((resolve) => this.#server.once('close', resolve))
    // One of several gets its connections from the first process, which has others to give them to.
    if (workers === 1) await this.#connections.nobodyComes(clock)
    // Not what `http` makes of it, which hangs up on idle connections: a request may be on its way on any of them.
    NetServer.prototype.close.call(this.#server)
    this.#endpoint.leave()
    this.#neighbours?.leave()
    await this.#connections.noneLeft(clock, lingerMs)
    await Promise.all([this.#endpoint.close(drainMs), this.#neighbours?.settled(clock, drainMs)])
    this.#neighbours?.close()
    await this.#connections.nobodyAsks(clock)
    this.#server.close()
    // What is idle by now has had its answer; a client that does not take it has had its time.
    await this.#connections.noneLeft(clock, lingerMs)
    this.#server.closeAllConnections()
    await ended
  }
}

interface Parts {
  readonly endpoint: Endpoint
  readonly connections: Connections
  readonly neighbours: Neighbours | undefined
}

/** Those who share the port, where it matters to which of them a request comes. */
const neighboursIn = async (folder: string | undefined) => {
  if (folder === undefined) return undefined
  const { Neighbours } = await import('../neighbours/neighbours.ts')
  return new Neighbours(folder)
}

const noServer = 'createServer makes no server'

// For a request that is on its way to get here, and for what is written to get to clients.
const lingerMs = 500

const settingsOf = ({ idleConnectionMs = 65_000, headersMs = 20_000, requestMs = 60_000 }: ServeOptions) => ({
  keepAliveTimeout: idleConnectionMs,
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  connectionsCheckingInterval: Math.min(headersMs, 5000),
})

const routed = (endpoint: Endpoint, connections: Connections, { path = '/mcp', fallback = notHere }: ServeOptions) => {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '/', socket } = request
    const isLate = connections.ask(socket)
    if (url === path || pathOf(url) === path) endpoint.handle(request, response, undefined, isLate)
    else fallback(request, response)
  }
}

/** Without its query; proxies may name the whole address. */
const pathOf = (target: string): string | undefined => {
  if (target.startsWith('/')) return target.split('?', 1)[0]
  return URL.canParse(target) ? new URL(target).pathname : undefined
}

const notHere = (request: IncomingMessage, response: ServerResponse): void => {
  request.resume()
  response.writeHead(404, { 'content-type': 'text/plain', 'content-length': 9 }).end('Not found')
}

const listen = (server: Server, { port = 3000, host = '127.0.0.1' }: ServeOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
