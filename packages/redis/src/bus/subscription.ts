import type { Clock } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import type { RedisClient } from '../connection/driver.ts'
import { follow } from '../connection/link.ts'
import { events } from '../report.ts'

/** What a subscription needs. */
export interface SubscriptionOptions {
  readonly connection: Connection
  readonly channel: string
  readonly clock: Clock
  /** How often it is asked whether it lives, in milliseconds. */
  readonly heartbeatMs: number
  /** Called with each message. */
  readonly heard: (message: string) => void
  /** Called each time it hears again, or for the first time: what was said before is lost. */
  readonly listening: () => void
}

/** A connection of its own that listens to a channel, and is opened anew for as long as somebody listens. */
export class Subscription {
  readonly #options: SubscriptionOptions
  #isOver = false
  #connects = 0
  #leave: (() => void) | undefined

  constructor(options: SubscriptionOptions) {
    this.#options = options
    void this.#open()
  }

  close(): void {
    this.#isOver = true
    this.#leave?.()
  }

  async #open(): Promise<void> {
    if (this.#isOver) return
    let client: RedisClient
    try {
      client = await this.#options.connection.listener()
    } catch (error) {
      this.#lost(error)
      this.#later()
      return
    }
    // Who closed it meanwhile had nothing to leave yet.
    if (this.#isOver) return
    client.on('message', (_, message: string) => this.#options.heard(message))
    this.#leave = follow(client, {
      connected: () => void this.#listen(client),
      lost: (_, error) => this.#lost(error),
      ended: () => this.#later(),
    })
  }

  async #listen(client: RedisClient): Promise<void> {
    const { channel, listening, connection } = this.#options
    try {
      await client.subscribe(channel)
    } catch (error) {
      // A connection that may not listen is none; with the next one it is tried again.
      this.#lost(error)
      client.disconnect()
      return
    }
    this.#connects += 1
    if (events.hasSubscribers) {
      events.publish({ type: 'redis.connected', connection: `${connection.name} bus`, connects: this.#connects })
    }
    listening()
    this.#beat(client, this.#connects)
  }

  /** Nothing comes for hours on a quiet channel, or on a connection whose other end is gone: asking tells them apart. */
  #beat(client: RedisClient, connects: number): void {
    const { clock, heartbeatMs } = this.#options
    clock.after(heartbeatMs, () => {
      if (this.#isOver || connects !== this.#connects) return
      // Without an answer the client gives its connection up by itself.
      client.ping().catch(() => {})
      this.#beat(client, connects)
    })
  }

  #later(): void {
    this.#options.clock.after(pauseMs, () => void this.#open())
  }

  #lost(error: unknown): void {
    if (this.#isOver || !events.hasSubscribers) return
    events.publish({ type: 'redis.lost', connection: `${this.#options.connection.name} bus`, error })
  }
}

const pauseMs = 100
