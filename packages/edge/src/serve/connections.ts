import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '@millrace/core'

/** Who is connected to a server. */
export class Connections {
  readonly #open = new Set<Socket>()
  readonly #late = new WeakSet<Socket>()
  #isLeaving = false
  #arrived = 0
  #asked = 0

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#arrived += 1
      this.#open.add(socket)
      if (this.#isLeaving) this.#late.add(socket)
      socket.on('close', () => this.#open.delete(socket))
    })
  }

  /** Somebody asks. @returns whether they came when the server was about to leave */
  ask(socket: Socket): boolean {
    this.#asked += 1
    return this.#isLeaving && this.#late.has(socket)
  }

  /**
   * Waits for a moment in which nobody comes: whoever has connected and has not been met when a port is given back is
   * hung up on by the system, with what they have sent.
   */
  nobodyComes(clock: Clock): Promise<void> {
    this.#isLeaving = true
    return this.#quiet(clock, () => this.#arrived)
  }

  /** Waits for a moment in which nobody asks: whoever has just had an answer may be about to ask again elsewhere. */
  nobodyAsks(clock: Clock): Promise<void> {
    return this.#quiet(clock, () => this.#asked)
  }

  /** Resolves when all connections have ended, or after so long. */
  async noneLeft(clock: Clock, withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = clock.after(withinMs, resolve)
      const look = () => {
        if (this.#open.size > 0) return
        timer.cancel()
        resolve()
      }
      for (const socket of this.#open) socket.once('close', look)
      look()
    })
    await met()
  }

  async #quiet(clock: Clock, count: () => number): Promise<void> {
    for (let waits = 0, seen = -1; waits < maxWaits && this.#open.size > 0 && seen !== count(); waits += 1) {
      seen = count()
      await new Promise<void>((resolve) => void clock.after(quietMs, resolve))
      await met()
    }
    await met()
  }
}

/** Resolves right after everybody who had come and all that they had sent: a timer that is late runs before these. */
const met = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

// Together half a second.
const quietMs = 20
const maxWaits = 25
