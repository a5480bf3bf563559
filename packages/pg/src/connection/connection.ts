import type { Clock, Timer } from '@millrace/core'
import type Pg from 'pg'
import { cancelRequest } from './cancelRequest.ts'
import type { Driver } from './driver.ts'

/** What a connection needs to know beside its client. */
export interface ConnectionContext {
  readonly pg: Driver
  readonly clock: Clock
  /** How long the server may take to end a query that was cancelled, or to be ready after an error. */
  readonly cancelMs: number
  /** What makes the socket, when it is not `pg` itself. */
  readonly stream: unknown
}

/** Says how a query went: with an error, or with its result. */
export type Done = (error: unknown, result: Pg.QueryResult | undefined) => void

/** One connection to PostgreSQL, used by one at a time. */
export class Connection {
  readonly client: Pg.Client
  /** `I` outside of a transaction, `T` in one, `E` in one that has failed: as the server said last. */
  status = 'I'
  /** What it broke with. */
  brokenBy: unknown
  /** It must not be used again, though it works. */
  isSpoilt = false
  readonly #context: ConnectionContext
  #isReady = true
  #onChange: (() => void) | undefined

  constructor(client: Pg.Client, context: ConnectionContext) {
    this.client = client
    this.#context = context
    // In front of pg's own listener, which hands out results: whoever gets one finds the status up to date.
    client.connection.prependListener('readyForQuery', (message: { readonly status: string }) => {
      this.status = message.status
      this.#isReady = true
      this.#onChange?.()
    })
  }

  /** Nothing runs, nothing is broken, no transaction is open. */
  get isClean(): boolean {
    return this.#isReady && this.status === 'I' && this.brokenBy === undefined && !this.isSpoilt
  }

  /** It is over. */
  broke(error: unknown): void {
    this.brokenBy ??= error
    this.#onChange?.()
  }

  /** Runs a query. What it throws goes to `done` too. */
  run(query: Pg.QueryConfig<unknown[]>, done: Done): void {
    this.#isReady = false
    try {
      this.client.query(query, done)
    } catch (error) {
      this.#isReady = true
      done(error, undefined)
    }
  }

  /** Starts a query of a kind of its own, such as a COPY. */
  submit<Query extends Pg.Submittable>(query: Query): Query {
    this.#isReady = false
    return this.client.query(query)
  }

  /**
   * Cancels what runs, on the server.
   *
   * @returns whether the connection can be used again; when not, it has been cut
   */
  async cancel(): Promise<boolean> {
    const { pg, clock, cancelMs, stream } = this.#context
    if (this.#isReady || this.brokenBy !== undefined) return this.ready()
    const [isReady, isCancelled] = await Promise.all([
      this.ready(),
      cancelRequest(pg, this.client, { clock, limitMs: cancelMs, stream }),
    ])
    // A request that may still be on its way could hit whatever runs next.
    if (isReady && isCancelled) return true
    this.cut()
    return false
  }

  /** Waits until the server is ready for the next query. @returns false when it is not in time, or broken */
  async ready(): Promise<boolean> {
    const { clock, cancelMs } = this.#context
    if (!this.#isReady && this.brokenBy === undefined) {
      await new Promise<void>((resolve) => {
        const timer = clock.after(cancelMs, resolve)
        this.#onChange = () => {
          timer.cancel()
          resolve()
        }
      })
      this.#onChange = undefined
    }
    return this.#isReady && this.brokenBy === undefined
  }

  /** Resolves when the server answers. @throws when it does not within that time */
  async probe(limitMs: number): Promise<void> {
    let timer: Timer | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        timer = this.#context.clock.after(limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)))
        this.run({ text: '' }, (error) => (error ? reject(error) : resolve()))
      })
    } finally {
      timer?.cancel()
    }
  }

  /** Takes leave of the server; cuts the connection when that takes too long. */
  async end(): Promise<void> {
    const timer = this.#context.clock.after(goodbyeMs, () => this.cut())
    await this.client.end()
    timer.cancel()
  }

  /** Ends it without a word. */
  cut(): void {
    this.broke(new Error('the connection was cut'))
    this.client.connection.stream.destroy()
  }
}

const goodbyeMs = 1_000
