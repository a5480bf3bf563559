import type { Health, Resource, Shrinkable } from '@millrace/core'
import { driver } from './driver.ts'
import { settingsOf } from './options.ts'
import type { HttpPoolOptions } from './options.ts'
import { Pool } from './pool.ts'
import type { HttpWithin } from './request/options.ts'
import type { HttpResponse } from './response.ts'
import type { HttpPoolStats } from './stats.ts'

/** A `Dispatcher` of the undici that is installed, named by what undici asks of one: cast it to your version's type. */
export interface HttpDispatcher {
  dispatch(options: object, handler: object): boolean
}

/**
 * HTTP with its connections. Whatever is asked within a call or a signal ends when that is aborted, down to the socket.
 * Nothing is asked twice by itself: that is for `retry`.
 */
export interface HttpPool extends Shrinkable {
  /**
   * Asks and gives the answer, whole.
   *
   * @throws HttpBlockedError, HttpBusyError, HttpUnavailableError: it was never sent. HttpTimedOutError, HttpLostError:
   * it was sent, and what became of it is not known. HttpStatusError: the service said no. HttpTooLargeError,
   * HttpContentError, HttpRedirectError: its answer cannot be taken. The reason of what was aborted.
   */
  request(url: string | URL, within?: HttpWithin): Promise<HttpResponse>
  /** Asks for JSON and gives what it says. @throws as `request`; HttpContentError when the answer is not JSON */
  json<Value = unknown>(url: string | URL, within?: HttpWithin): Promise<Value>
  /**
   * Asks and gives the body as it comes, decompressed, as fast as it is taken: `for await (const bytes of http.stream(url))`.
   * Leaving the loop ends the request.
   */
  stream(url: string | URL, within?: HttpWithin): AsyncGenerator<Buffer, void, undefined>
  /**
   * The same connections, timeouts and guard for what takes a dispatcher of undici: its `fetch`, a client of another
   * library. Bounds of waiting and of bodies, redirects and statistics of requests are not part of it.
   */
  readonly dispatcher: HttpDispatcher
  /**
   * Closes connections that nobody uses, and keeps those to come open for this part of `idleMs`, for `memoryGuard()`.
   * What runs goes on where it is.
   */
  shrinkTo(share: number): void
  /** Asks `checkUrl`, when there is one. @throws when that does not answer well */
  check(signal?: AbortSignal): Promise<Health>
  /** What the pool has and what has happened in it. */
  stats(): HttpPoolStats
  /**
   * Refuses new requests, waits for those that run, then closes every connection.
   *
   * @param graceMs how long running ones may take, in milliseconds; then they are given up. @default 2_000
   */
  close(graceMs?: number): Promise<void>
}

/** HTTP as a resource for `lifespan`, or to be opened by hand. */
export interface HttpPoolResource extends Resource<HttpPool, {}> {
  /** Opens it without a lifespan; close it with its `close()`. @throws when `undici` is not installed */
  open(): Promise<HttpPool>
}

/**
 * A pool of HTTP connections, on undici. Starting it connects to nobody: whom to ask is up to each request.
 *
 * @throws TypeError when an option makes no sense
 */
export const httpPool = (options: HttpPoolOptions = {}): HttpPoolResource => {
  const settings = settingsOf(options)
  const open = async (clock = settings.clock): Promise<HttpPool> =>
    new Pool({ ...settings, clock: options.clock ?? clock }, await driver())
  return {
    open: () => open(),
    start: (_, { clock }) => open(clock),
    check: (pool, { signal }) => pool.check(signal),
    close: (pool) => pool.close(),
  }
}
