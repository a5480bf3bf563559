import { checkOptions, integer, number, systemClock, having, text } from '@millrace/core'
import type { Clock } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { connectionOf } from '../connection/connectionOf.ts'
import type { RedisLike } from '../redis.ts'
import { leanedOn, namespaceCheck } from '../store/options.ts'
import { eventIdOf, parsedId } from './eventId.ts'

/** Options of `redisEventStore`. */
export interface RedisEventStoreOptions {
  /** Where events live: what `redis()` gives. */
  readonly redis: RedisLike
  /**
   * The session whose events these are, when its id is known beforehand: then ids of other sessions are refused.
   * @default a secret of its own, which is part of the ids of events; whoever has such an id may replay what follows it
   */
  readonly session?: string | undefined
  /** Letters, digits, `.`, `_` and `-`. @default 'millrace' */
  readonly namespace?: string | undefined
  /** How many events are kept, those of all streams of the session together; an integer ≥ 1. @default 256 */
  readonly maxEvents?: number | undefined
  /** Larger events, in bytes of JSON, are sent and not kept. @default 1 MiB */
  readonly maxEventBytes?: number | undefined
  /** How long events are kept after the last one, in milliseconds; at least 1,000. @default 300_000 */
  readonly idleMs?: number | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/** The SDKs' `EventStore`, whose messages are theirs alone. */
export interface RedisEventStore {
  storeEvent(streamId: string, message: unknown): Promise<string>
  getStreamIdForEventId(eventId: string): Promise<string | undefined>
  /** @throws when Redis is away: the client comes back later */
  replayEventsAfter(
    lastEventId: string,
    to: { send: (eventId: string, message: never) => Promise<void> },
  ): Promise<string>
  /** Drops all events of the session. */
  forget(): Promise<void>
}

/**
 * Keeps what was sent on the streams of one session, so that a client which lost its stream resumes it on any process
 * (`Last-Event-ID`). The oldest events go first. While Redis is away events are sent all the same, and not kept: who loses
 * the stream then misses them.
 *
 * @throws TypeError when an option makes no sense
 */
export const redisEventStore = (options: RedisEventStoreOptions): RedisEventStore => {
  checkOptions('redisEventStore', options, checks)
  return new EventStore(connectionOf('redisEventStore', options.redis), options)
}

const checks = {
  redis: leanedOn,
  session: text,
  namespace: namespaceCheck,
  maxEvents: integer({ min: 1 }),
  maxEventBytes: integer({ min: 1, unlimited: true }),
  idleMs: number({ min: 1_000 }),
  clock: having('a clock', 'now', 'after'),
}

class EventStore implements RedisEventStore {
  readonly #connection: Connection
  readonly #namespace: string
  #own: string
  readonly #isSecret: boolean
  readonly #maxEvents: number
  readonly #maxEventBytes: number
  readonly #idleMs: number
  readonly #clock: Clock
  #unkept = 0
  #last = '0-0'
  #restsUntil = -Infinity

  constructor(connection: Connection, options: RedisEventStoreOptions) {
    const { session, namespace = 'millrace', maxEvents = 256, maxEventBytes = 2 ** 20, idleMs = 300_000 } = options
    this.#connection = connection
    this.#namespace = namespace
    this.#own = session ?? crypto.randomUUID()
    this.#isSecret = session === undefined
    this.#maxEvents = maxEvents
    this.#maxEventBytes = maxEventBytes
    this.#idleMs = Math.ceil(idleMs)
    this.#clock = options.clock ?? systemClock
  }

  async storeEvent(streamId: string, message: unknown): Promise<string> {
    const json = JSON.stringify(message)
    const at = Buffer.byteLength(json) > this.#maxEventBytes ? undefined : await this.#keep(streamId, json)
    if (at !== undefined) return eventIdOf({ session: this.#own, at, unkept: 0, streamId })
    // One of its own, or it would pass for the event before; whoever comes back with it gets what was kept since that.
    this.#unkept += 1
    return eventIdOf({ session: this.#own, at: this.#last, unkept: this.#unkept, streamId })
  }

  async getStreamIdForEventId(eventId: string): Promise<string | undefined> {
    return this.#known(eventId)?.streamId
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: never) => Promise<void> },
  ): Promise<string> {
    const from = this.#known(lastEventId)
    if (from === undefined) return ''
    const { session, at: after, streamId } = from
    // A client that comes from another process goes on here with what it has.
    if (this.#last === '0-0') [this.#own, this.#last] = [session, after]
    const key = this.#keyOf(session)
    const found = await this.#connection.run((client) => client.xrange(key, `(${after}`, '+'))
    for (const [at, [, stream, , json = '']] of found) {
      const message = stream === streamId ? messageOf(json) : undefined
      if (message !== undefined) await send(eventIdOf({ session, at, unkept: 0, streamId }), message as never)
    }
    return streamId
  }

  async forget(): Promise<void> {
    await this.#connection.run((client) => client.unlink(this.#keyOf(this.#own)))
  }

  /** @returns where it stands among the events of the session; undefined when it could not be kept */
  async #keep(streamId: string, json: string): Promise<string | undefined> {
    if (this.#clock.now() < this.#restsUntil) return undefined
    const key = this.#keyOf(this.#own)
    try {
      const at = await this.#connection.run(async (client) => {
        const added = client.xadd(key, 'MAXLEN', this.#maxEvents, '*', 's', streamId, 'm', json)
        await Promise.all([added, client.pexpire(key, this.#idleMs)])
        return added
      })
      this.#last = at as string
      return this.#last
    } catch {
      // The connection has said so. Nobody's answer waits for a Redis that has just failed.
      this.#restsUntil = this.#clock.now() + restMs
      return undefined
    }
  }

  #known(eventId: string): ReturnType<typeof parsedId> {
    const parsed = parsedId(eventId)
    return this.#isSecret || parsed?.session === this.#own ? parsed : undefined
  }

  #keyOf(session: string): string {
    return `${this.#namespace}:v:${session}`
  }
}

/** A message of the protocol; undefined for an empty one, which only told the client where to come back to. */
const messageOf = (json: string): object | undefined => {
  try {
    const message: unknown = JSON.parse(json)
    return message !== null && typeof message === 'object' && Object.keys(message).length > 0 ? message : undefined
  } catch {
    return undefined
  }
}

const restMs = 1_000
