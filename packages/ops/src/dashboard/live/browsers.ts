import type { ServerResponse } from 'node:http'

/** The pages that are open. */
export class Browsers {
  readonly #open = new Set<ServerResponse>()

  get count(): number {
    return this.#open.size
  }

  /** Sends events to one as long as it is there. @param hello its first ones */
  add(response: ServerResponse, hello: string): void {
    this.#open.add(response)
    response.on('close', () => this.#open.delete(response))
    response.write(hello)
  }

  /** Sends the same bytes to all; who does not take what was sent before is left out. */
  send(events: string): void {
    const bytes = Buffer.from(events)
    for (const response of this.#open) if (response.writableLength < maxWaitingBytes) response.write(bytes)
  }

  close(): void {
    for (const response of this.#open) response.end()
  }
}

const maxWaitingBytes = 262_144

/** A server-sent event. @param json without line ends, as `JSON.stringify` writes it */
export const eventOf = (name: string, json: string): string => `event: ${name}\ndata: ${json}\n\n`
