import type { Clock } from '@millrace/core'
import type { Command } from 'ioredis'
import { events } from '../report.ts'
import type { RedisClient } from './driver.ts'
import { saidBy } from './saidBy.ts'

/**
 * Has a client say what its commands came to, in the async context of whoever sent them. Those of a pipeline or a
 * transaction are said as one, when all are answered; what the client says to introduce itself is not.
 */
export const sayCommands = (client: RedisClient, connection: string, clock: Clock): void => {
  const send = client.sendCommand.bind(client) as Send
  let latest: Batch | undefined
  const follow = (command: Command, stream: unknown): void => {
    const batch = stream === undefined || stream !== latest?.stream ? new Batch(connection, clock, stream) : latest
    if (stream !== undefined) latest = batch
    batch.add(command)
  }
  // Its status says so too early: ioredis 5 tells its name after that.
  let isIntroduced = false
  client.on('ready', () => (isIntroduced = true))
  client.on('close', () => (isIntroduced = false))
  client.sendCommand = (command: Command, ...where: unknown[]) => {
    if (events.hasSubscribers && isIntroduced) follow(command, where[0])
    return send(command, ...where)
  }
}

type Send = (command: Command, ...where: unknown[]) => unknown

/** Commands that were sent in one go, by one stream that only they have; or one alone. */
class Batch {
  readonly stream: unknown
  readonly #connection: string
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #names = new Set<string>()
  #latest = ''
  #size = 0
  #open = 0
  #isTransaction = false
  #error: unknown

  constructor(connection: string, clock: Clock, stream: unknown) {
    this.stream = stream
    this.#connection = connection
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  add(command: Command): void {
    const name = command.name.toUpperCase()
    this.#latest = name
    if (name === 'MULTI') this.#isTransaction = true
    if (!around.has(name)) {
      this.#names.add(name)
      this.#size += 1
    }
    this.#open += 1
    command.promise.then(this.#answered, this.#failed)
  }

  readonly #failed = (error: unknown): void => {
    this.#error ??= saidBy(error)
    this.#answered()
  }

  readonly #answered = (): void => {
    this.#open -= 1
    if (this.#open > 0) return
    events.publish({
      type: 'redis.command',
      connection: this.#connection,
      operation: this.#operation,
      size: Math.max(1, this.#size),
      tookMs: this.#clock.now() - this.#startedAt,
      error: this.#error,
    })
  }

  get #operation(): string {
    if (this.#size <= 1 && !this.#isTransaction) return this.#latest
    const only = this.#names.size === 1 ? [...this.#names] : []
    return [this.#isTransaction ? 'MULTI' : 'PIPELINE', ...only].join(' ')
  }
}

/** What a transaction has around its commands. */
const around = new Set(['MULTI', 'EXEC'])
