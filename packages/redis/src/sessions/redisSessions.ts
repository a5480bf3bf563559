import { checkOptions, number, record, sha256 } from '@millrace/core'
import type { SessionRecord, SessionStore } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { connectionOf } from '../connection/connectionOf.ts'
import type { RedisLike } from '../redis.ts'
import { leanedOn, namespaceCheck } from '../store/options.ts'
import { orElse, unlink } from '../store/walk.ts'

/** Options of `redisSessions`. */
export interface RedisSessionsOptions {
  /** Where sessions live: what `redis()` gives. */
  readonly redis: RedisLike
  /** Letters, digits, `.`, `_` and `-`. @default 'millrace' */
  readonly namespace?: string | undefined
  /** How long a session is kept that nobody asks for, in milliseconds; at least 1,000. @default 300_000 */
  readonly idleMs?: number | undefined
}

/**
 * Keeps the handshakes of sessions, so that another process can go on with them. What it reads that is no session counts
 * as not there. It throws while Redis is away.
 *
 * @throws TypeError when an option makes no sense
 */
export const redisSessions = (options: RedisSessionsOptions): SessionStore => {
  checkOptions('redisSessions', options, checks)
  const { redis, namespace = 'millrace', idleMs = 300_000 } = options
  return new RedisSessions(connectionOf('redisSessions', redis), namespace, Math.ceil(idleMs))
}

const checks = { redis: leanedOn, namespace: namespaceCheck, idleMs: number({ min: 1_000 }) }

class RedisSessions implements SessionStore {
  readonly #connection: Connection
  readonly #namespace: string
  readonly #idleMs: number

  constructor(connection: Connection, namespace: string, idleMs: number) {
    this.#connection = connection
    this.#namespace = namespace
    this.#idleMs = idleMs
  }

  async save(id: string, { initialize, owner }: SessionRecord): Promise<void> {
    const json = JSON.stringify({ initialize, owner })
    await this.#connection.run((client) => client.set(this.#keyOf(id), json, 'PX', this.#idleMs))
  }

  async load(id: string): Promise<SessionRecord | undefined> {
    const key = this.#keyOf(id)
    const found = await this.#connection.run((client) =>
      client.getex(key, 'PX', this.#idleMs).catch((error: unknown) => orElse(error, null)),
    )
    return found === null ? undefined : recordOf(found)
  }

  async forget(id: string): Promise<void> {
    await unlink(this.#connection, [this.#keyOf(id)])
  }

  /** A client may say any id. */
  #keyOf(id: string): string {
    return `${this.#namespace}:n:${id.length > maxLength ? sha256(id) : id}`
  }
}

const maxLength = 128

const recordOf = (json: string): SessionRecord | undefined => {
  try {
    const { initialize, owner } = JSON.parse(json) as { readonly initialize?: unknown; readonly owner?: unknown }
    if (record(initialize) !== undefined || (owner !== undefined && typeof owner !== 'string')) return undefined
    return { initialize: initialize as SessionRecord['initialize'], owner }
  } catch {
    return undefined
  }
}
