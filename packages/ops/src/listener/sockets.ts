import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Bounds how many connections are open. One more than that takes the place of the one on which nothing has been asked
 * for longest: whoever opens many and asks nothing keeps no probe out.
 */
export class Sockets {
  readonly #max: number
  /** On which nothing is being answered, the one that is so for longest first. */
  readonly #idle = new Set<Socket>()
  #busy = 0

  constructor(max: number) {
    this.#max = max
  }

  /** There is another one. */
  opened(socket: Socket): void {
    if (this.#idle.size + this.#busy >= this.#max) {
      const [oldest = socket] = this.#idle
      oldest.destroy()
      this.#idle.delete(oldest)
      if (oldest === socket) return
    }
    this.#idle.add(socket)
    socket.once('close', () => this.#idle.delete(socket))
  }

  /** Something is asked on one, until it is answered. */
  answering({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#idle.delete(socket)
    this.#busy += 1
    response.once('close', () => {
      this.#busy -= 1
      if (!socket.destroyed) this.#idle.add(socket)
    })
  }
}
