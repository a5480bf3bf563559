import type { ServerResponse } from 'node:http'
import type { Clock } from '@millrace/core'

/** The pages that are open. */
export class Browsers {
  readonly #clock: Pick<Clock, 'now'>
  /** Each with the moment since which it takes nothing; undefined while it does. */
  readonly #open = new Map<ServerResponse, number | undefined>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  get count(): number {
    return this.#open.size
  }

  /** Sends events to one as long as it is there. @param hello its first ones */
  add(response: ServerResponse, hello: string): void {
    this.#open.set(response, undefined)
    response.on('close', () => this.#open.delete(response))
    response.write(hello)
  }

  /**
   * Sends the same bytes to all. Who does not take what was sent before is left out, and after a while sent away: it may
   * have gone long ago, and holds the place of another.
   */
  send(events: string): void {
    const bytes = Buffer.from(events)
    const now = this.#clock.now()
    for (const [response, since] of this.#open) {
      const isStalled = response.writableLength >= maxWaitingBytes
      this.#open.set(response, isStalled ? (since ?? now) : undefined)
      if (!isStalled) response.write(bytes)
      else if (since !== undefined && now - since >= stalledMs) response.destroy()
    }
  }

  close(): void {
    for (const response of this.#open.keys()) response.end()
  }
}

const maxWaitingBytes = 262_144
const stalledMs = 60_000

/** A server-sent event. @param json without line ends, as `JSON.stringify` writes it */
export const eventOf = (name: string, json: string): string => `event: ${name}\ndata: ${json}\n\n`
