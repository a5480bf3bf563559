import { checkOptions, having, number, systemClock } from '@millrace/core'
import type { Bus, BusMessage, Clock } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { connectionOf } from '../connection/connectionOf.ts'
import type { RedisLike } from '../redis.ts'
import { leanedOn, namespaceCheck } from '../store/options.ts'
import { read, write } from './message.ts'
import { Subscription } from './subscription.ts'

/** Options of `redisBus`. */
export interface RedisBusOptions {
  /** What carries the messages: what `redis()` gives. Listening takes a second connection with the same settings. */
  readonly redis: RedisLike
  /** Letters, digits, `.`, `_` and `-`: buses of one namespace hear each other. @default 'millrace' */
  readonly namespace?: string | undefined
  /** How often the listening connection is asked whether it lives, in milliseconds; at least 1. @default 5_000 */
  readonly heartbeatMs?: number | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/**
 * Tells every process that has a bus of the same namespace what has become outdated, by Redis's publish and subscribe.
 * Whoever was cut off is told to drop everything as soon as it hears again, and tells the others to do so when it could
 * not tell them something. It listens from the first `subscribe` until the last listener is gone or the connection is
 * closed.
 *
 * @throws TypeError when an option makes no sense
 */
export const redisBus = (options: RedisBusOptions): Bus => {
  checkOptions('redisBus', options, checks)
  const { redis, namespace = 'millrace', heartbeatMs = 5_000, clock = systemClock } = options
  return new RedisBus(connectionOf('redisBus', redis), `${namespace}:bus`, heartbeatMs, clock)
}

const checks = {
  redis: leanedOn,
  namespace: namespaceCheck,
  heartbeatMs: number({ min: 1, unlimited: true }),
  clock: having('a clock', 'now', 'after'),
}

class RedisBus implements Bus {
  readonly #connection: Connection
  readonly #channel: string
  readonly #heartbeatMs: number
  readonly #clock: Clock
  readonly #own = crypto.randomUUID()
  readonly #listeners = new Set<{ readonly tell: (message: BusMessage) => void }>()
  #subscription: Subscription | undefined
  #isFollowing = false
  /** Whether others have not been told something that they should know. */
  #owes = false

  constructor(connection: Connection, channel: string, heartbeatMs: number, clock: Clock) {
    this.#connection = connection
    this.#channel = channel
    this.#heartbeatMs = heartbeatMs
    this.#clock = clock
  }

  async publish(message: BusMessage): Promise<void> {
    const text = write(this.#own, this.#owes ? { type: 'clear' } : message)
    this.#owes = false
    try {
      await this.#connection.run((client) => client.publish(this.#channel, text))
    } catch (error) {
      this.#owes = true
      if (!this.#isFollowing) this.#connection.onConnected(() => void this.#settle())
      this.#isFollowing = true
      throw error
    }
  }

  subscribe(tell: (message: BusMessage) => void): () => void {
    const listener = { tell }
    this.#listeners.add(listener)
    this.#subscription ??= this.#listen()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#subscription?.close()
      this.#subscription = undefined
    }
  }

  /** Says, now that it can, that there was something to say. */
  async #settle(): Promise<void> {
    // What fails again is owed again.
    if (this.#owes) await this.publish({ type: 'clear' }).catch(() => {})
  }

  #listen(): Subscription {
    const subscription = new Subscription({
      connection: this.#connection,
      channel: this.#channel,
      heartbeatMs: this.#heartbeatMs,
      clock: this.#clock,
      heard: (sent) => {
        const message = read(this.#own, sent)
        if (message !== undefined) this.#tell(message)
      },
      listening: () => this.#tell({ type: 'clear' }),
    })
    this.#connection.onClosed(() => subscription.close())
    return subscription
  }

  #tell(message: BusMessage): void {
    for (const { tell } of this.#listeners) tell(message)
  }
}
