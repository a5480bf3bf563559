import type { Health } from '@millrace/core'
import { closedError, RedisTimedOutError, tooManyWait, unavailable } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Redis } from '../redis.ts'
import { events } from '../report.ts'
import type { RedisState, RedisStats } from '../stats.ts'
import { sayCommands } from './commands.ts'
import { driver } from './driver.ts'
import type { RedisClient } from './driver.ts'
import { follow } from './link.ts'
import { primariesOf } from './nodes.ts'
import { clientOf, pause } from './open.ts'
import { promised } from './promised.ts'
import { saidBy } from './saidBy.ts'
import { within } from './within.ts'

/** A connection that is opened when it is first needed, and that never lets anybody wait for long. */
export class Connection implements Redis {
  readonly name: string
  readonly #settings: Settings
  readonly #tally = { inFlight: 0, waiting: 0, commands: 0, failed: 0, timedOut: 0, refused: 0, connects: 0 }
  readonly #followers = new Set<() => void>()
  readonly #closing = new Set<() => void>()
  #state: RedisState = 'unused'
  #client: RedisClient | undefined
  #leave: (() => void) | undefined
  /** For those who wait: settled by the next attempt to connect, whatever comes of it. */
  #attempt = promised<RedisClient>()
  #onIdle: (() => void) | undefined

  constructor(settings: Settings) {
    this.name = settings.name
    this.#settings = settings
  }

  run<Value>(work: (client: RedisClient) => Promise<Value>): Promise<Value> {
    const { clock, commandMs } = this.#settings
    this.#tally.commands += 1
    const answer =
      this.#state === 'connected'
        ? this.#send(this.#client as RedisClient, work)
        : this.#arrived().then((client) => this.#send(client, work))
    return within(clock, commandMs, answer, this.#late, this.#failed)
  }

  /** Calls `run` each time it is connected anew. */
  onConnected(run: () => void): void {
    this.#followers.add(run)
  }

  /** Calls `run` when it is closed. */
  onClosed(run: () => void): void {
    if (this.#state === 'closed') run()
    else this.#closing.add(run)
  }

  /**
   * A client for what listens, which takes a whole connection; not connected yet. In a cluster that is one to any of its
   * servers, as each of them hears everything, and it ends when that server does.
   */
  async listener(): Promise<RedisClient> {
    if (typeof this.#settings.connection === 'string' || !('nodes' in this.#settings.connection)) return this.#another()
    return this.run(async (client) => {
      const servers = primariesOf(client)
      const server = servers[Math.floor(Math.random() * servers.length)] as RedisClient & {
        duplicate(options: object): RedisClient
      }
      return server.duplicate({ lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null })
    })
  }

  async check(): Promise<Health> {
    const { clock, isRequired } = this.#settings
    const startedAt = clock.now()
    try {
      await this.run((client) => client.ping())
    } catch (error) {
      if (isRequired || this.#state === 'closed') throw error
      return { status: 'degraded', detail: 'Redis does not answer; calls go on without it.' }
    }
    const { inFlight, waiting } = this.#tally
    return { status: 'healthy', numbers: { pingMs: clock.now() - startedAt, inFlight, waiting } }
  }

  stats(): RedisStats {
    return { name: this.name, state: this.#state, ...this.#tally }
  }

  /** @throws what keeps it from connecting, when Redis is required */
  async open(): Promise<void> {
    const { clock, connectMs, isRequired } = this.#settings
    this.#connect()
    const attempt = within(clock, connectMs, this.#attempt.promise, () => unavailable(new Error('no answer in time')))
    if (isRequired) await attempt
    else await attempt.catch(() => {})
  }

  async close(graceMs = 2_000): Promise<void> {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    for (const run of this.#closing) run()
    this.#attempt.reject(closedError())
    if (this.#tally.inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#settings.clock.after(graceMs, resolve)
        this.#onIdle = () => {
          timer.cancel()
          resolve()
        }
      })
    }
    this.#leave?.()
  }

  /** The client, as soon as it is connected. */
  async #arrived(): Promise<RedisClient> {
    const tally = this.#tally
    try {
      if (this.#state === 'closed') throw closedError()
      if (this.#state === 'unused') this.#connect()
      // Who waited for the attempt after this one would wait for long.
      if (this.#state === 'connecting' && tally.waiting >= this.#settings.maxWaiting) throw tooManyWait()
      tally.waiting += 1
      try {
        return await this.#attempt.promise
      } finally {
        tally.waiting -= 1
      }
    } catch (error) {
      tally.refused += 1
      throw error
    }
  }

  #send<Value>(client: RedisClient, work: (client: RedisClient) => Promise<Value>): Promise<Value> {
    this.#tally.inFlight += 1
    const answer = attempt(work, client)
    answer.then(this.#settled, this.#settled)
    return answer
  }

  readonly #settled = (): void => {
    this.#tally.inFlight -= 1
    if (this.#tally.inFlight === 0) this.#onIdle?.()
  }

  readonly #late = (): Error => {
    this.#tally.timedOut += 1
    return new RedisTimedOutError(`Redis did not answer within ${this.#settings.commandMs} ms.`)
  }

  readonly #failed = (thrown: unknown): unknown => {
    const error = saidBy(thrown)
    this.#tally.failed += 1
    if (events.hasSubscribers) {
      events.publish({ type: 'redis.failed', connection: this.name, error, failed: this.#tally.failed })
    }
    return error
  }

  #connect(): void {
    if (this.#state === 'closed') throw closedError()
    if (this.#state !== 'unused') return
    this.#state = 'connecting'
    this.#make()
  }

  async #another(): Promise<RedisClient> {
    return clientOf(await driver(), this.#settings)
  }

  #make(): void {
    this.#another().then(
      (client) => this.#use(client),
      (error: unknown) => this.#lost(true, error),
    )
  }

  #use(client: RedisClient): void {
    if (this.#state === 'closed') return
    this.#client = client
    sayCommands(client, this.name, this.#settings.clock)
    this.#leave = follow(client, {
      connected: () => this.#connected(client),
      lost: (isDown, error) => this.#lost(isDown, error),
      ended: () => this.#ended(),
    })
  }

  #connected(client: RedisClient): void {
    if (this.#state === 'closed') return
    if (this.#state === 'down') this.#attempt = promised()
    this.#state = 'connected'
    this.#tally.connects += 1
    this.#attempt.resolve(client)
    if (events.hasSubscribers) {
      events.publish({ type: 'redis.connected', connection: this.name, connects: this.#tally.connects })
    }
    for (const run of this.#followers) run()
  }

  /** Clients connect again by themselves, but for one that was ended, or ended itself while its primary changed. */
  #ended(): void {
    const { clock, maxPauseMs } = this.#settings
    clock.after(pause(1, maxPauseMs), () => this.#make())
  }

  #lost(isDown: boolean, error: unknown): void {
    if (this.#state === 'closed') return
    // After a connection broke, commands wait for the first attempt to open it anew; after that one they are refused.
    this.#state = isDown ? 'down' : 'connecting'
    if (isDown) this.#attempt.reject(unavailable(error))
    else this.#attempt = promised()
    if (events.hasSubscribers) events.publish({ type: 'redis.lost', connection: this.name, error })
  }
}

const attempt = <Value>(work: (client: RedisClient) => Promise<Value>, client: RedisClient): Promise<Value> => {
  try {
    return work(client)
  } catch (error) {
    return Promise.reject(error)
  }
}
