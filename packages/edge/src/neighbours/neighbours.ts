import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Clock } from '@millrace/core'
import { forward } from './forward.ts'

/**
 * The processes that answer at one port, where a session lives in one of them and its requests come to any: whichever gets
 * one that is another's has that one answer. Each listens at a socket of its own, which its sessions' ids name, in a
 * folder that nobody else may enter.
 */
export class Neighbours {
  readonly #folder: string
  readonly #name = crypto.randomUUID().replaceAll('-', '').slice(0, nameLength)
  readonly #passing = new Set<ServerResponse>()
  #onNone: (() => void) | undefined
  #server: Server | undefined
  #isLeaving = false

  /** @param folder of the sockets */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** An id for a session of this process. */
  readonly newId = (): string => `${this.#name}.${crypto.randomUUID()}`

  /** What answers every request with `own`, but those of others' sessions. @param onPass hears of each of these */
  around(own: RequestListener, onPass?: (request: IncomingMessage) => void): RequestListener {
    return (request, response) => {
      const neighbour = this.#neighbourOf(request)
      if (neighbour === undefined) own(request, response)
      else {
        onPass?.(request)
        this.#pass(neighbour, request, response)
      }
    }
  }

  /** Listens for what others get that is for this process. @param server that answers it */
  listen(server: Server): Promise<void> {
    this.#server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      // Not the first process's, as what a cluster's workers listen at is: it ends with this one.
      server.listen({ path: this.#pathOf(this.#name), exclusive: true }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  }

  /** Has clients look for another process: each connection ends with the next answer that is passed on. */
  leave(): void {
    this.#isLeaving = true
  }

  /** Resolves when everything that was passed on is answered, or after so long; streams may go on. */
  async settled(clock: Clock, withinMs: number): Promise<void> {
    if (this.#passing.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = clock.after(withinMs, resolve)
      this.#onNone = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  /** Listens no more. */
  close(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  #pass(path: string, request: IncomingMessage, response: ServerResponse): void {
    // A stream that its client has opened has no end to wait for.
    if (request.method !== 'GET') this.#passing.add(response)
    if (this.#isLeaving) response.shouldKeepAlive = false
    forward(path, request, response, () => {
      if (this.#passing.delete(response) && this.#passing.size === 0) this.#onNone?.()
    })
  }

  /** The socket of the process that has the request's session; undefined where it is this one, or nobody's. */
  #neighbourOf({ headers }: IncomingMessage): string | undefined {
    const id = headers['mcp-session-id']
    const name = typeof id === 'string' ? ids.exec(id)?.[1] : undefined
    return name === undefined || name === this.#name ? undefined : this.#pathOf(name)
  }

  #pathOf(name: string): string {
    return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(this.#folder, name)
  }
}

// As `newId` makes them. Anything may come in their place: it names no file but one of such a name.
const ids = /^([0-9a-f]{16})\.[0-9a-f-]{36}$/
const nameLength = 16
