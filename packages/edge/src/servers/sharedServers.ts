import type { Meta } from '../eras/message.ts'
import { takeApart } from './line.ts'
import type { CreateServer } from './line.ts'
import { SharedServer } from './sharedServer.ts'

/** Kinds of clients that have a server of their own at a time; of more, the one longest unused gives way. */
const maxServers = 32

/**
 * The shared servers of an edge: one for all requests of 2025, and one for each kind of client of 2026-07-28, as a
 * server of SDK v2 keeps the name and the capabilities of its client.
 */
export class SharedServers {
  readonly #create: CreateServer
  readonly #ready = new Map<string, SharedServer>()
  readonly #opening = new Map<string, Promise<SharedServer | undefined>>()
  #generation = 0

  constructor(create: CreateServer) {
    this.#create = create
  }

  get size(): number {
    return this.#ready.size
  }

  /** The server for a kind of client, when there is one already. @param key `legacy`, or who the client is */
  get(key: string): SharedServer | undefined {
    const server = this.#ready.get(key)
    if (server === undefined) return undefined
    // An author's handler may have closed it.
    if (server.transport.isClosed) {
      this.#ready.delete(key)
      return undefined
    }
    // Only a pool near its limit has to know which was used last.
    if (this.#ready.size > maxServers / 2) {
      this.#ready.delete(key)
      this.#ready.set(key, server)
    }
    return server
  }

  /** Makes the server for a kind of client. @returns undefined when the SDK refuses such clients */
  open(key: string, client: Meta | undefined): Promise<SharedServer | undefined> {
    const opening = this.#opening.get(key) ?? this.#open(key, client)
    this.#opening.set(key, opening)
    return opening
  }

  /** What `createServer` registers has changed: later requests get servers made anew. */
  renew(): void {
    this.#generation += 1
    this.#opening.clear()
    for (const server of this.#ready.values()) server.retire()
    this.#ready.clear()
  }

  async close(): Promise<void> {
    this.#generation += 1
    const servers = [...this.#ready.values()]
    this.#ready.clear()
    this.#opening.clear()
    await Promise.all(servers.map((server) => server.close()))
  }

  async #open(key: string, client: Meta | undefined): Promise<SharedServer | undefined> {
    const generation = this.#generation
    try {
      const made = takeApart(await this.#create({ era: client === undefined ? 'legacy' : 'modern' }))
      const server = new SharedServer(made, client !== undefined)
      if (!(await server.open(client))) return undefined
      if (generation === this.#generation) {
        this.#keep(key, server)
        return server
      }
      await server.close()
    } finally {
      if (generation === this.#generation) this.#opening.delete(key)
    }
    // Made from what was registered before a change.
    return this.open(key, client)
  }

  #keep(key: string, server: SharedServer): void {
    this.#ready.set(key, server)
    if (this.#ready.size <= maxServers) return
    const [oldest] = this.#ready
    if (oldest === undefined) return
    this.#ready.delete(oldest[0])
    oldest[1].retire()
  }
}
