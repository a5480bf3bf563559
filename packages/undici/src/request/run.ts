import { isAborted, isMillraceError } from '@millrace/core'
import { decoded } from '../content/coding.ts'
import { events } from '../report.ts'
import { Response } from '../response.ts'
import type { HttpResponse } from '../response.ts'
import { bytesOf } from './bytes.ts'
import { Life } from './life.ts'
import type { HttpRequestOptions } from './options.ts'
import { send } from './send.ts'
import type { Arrived, Desk } from './send.ts'
import { targetOf } from './target.ts'
import type { Target } from './target.ts'

/** A desk that knows who is being served. */
export interface OpenDesk extends Desk {
  readonly lives: Set<Life>
  /** Somebody has been served. */
  onEnd(): void
}

/** One request from beginning to end: it is counted, told of, and lets go of everything. */
export class Run {
  readonly #desk: OpenDesk
  readonly #url: string | URL
  readonly #options: HttpRequestOptions
  readonly #startedAt: number
  #life: Life | undefined
  #target: Target | undefined
  #status: number | undefined
  #error: unknown

  constructor(desk: OpenDesk, url: string | URL, options: HttpRequestOptions) {
    this.#desk = desk
    this.#url = url
    this.#options = options
    this.#startedAt = events.hasSubscribers ? desk.settings.clock.now() : 0
    desk.tally.requests += 1
  }

  /** The answer, whole. */
  async whole(): Promise<HttpResponse> {
    try {
      const { status, headers, bytes, url } = await this.#send(false)
      const { decompress } = this.#desk.settings
      const isCoded = decompress && headers['content-encoding'] !== undefined
      const body = isCoded ? await decoded(bytes, headers, this.#maxBodyBytes) : bytes
      if (this.#life?.isOver === true) throw this.#life.reason
      return new Response(status, headers, url.href, body)
    } catch (error) {
      this.#failed(error)
      throw error
    } finally {
      this.#end()
    }
  }

  /** The body, as it comes. */
  async *bytes(): AsyncGenerator<Buffer, void, undefined> {
    try {
      const { pieces, headers } = await this.#send(true)
      // HEAD, and statuses that `isOk` does not want, have none.
      if (pieces === undefined) return
      const { decompress } = this.#desk.settings
      try {
        yield* bytesOf(pieces, decompress ? headers : {}, this.#maxBodyBytes)
      } finally {
        this.#desk.tally.receivedBytes += pieces.size
      }
    } catch (error) {
      this.#failed(error)
      throw error
    } finally {
      this.#end()
    }
  }

  get #maxBodyBytes(): number {
    return this.#options.maxBodyBytes ?? this.#desk.settings.maxBodyBytes
  }

  async #send(isStreamed: boolean): Promise<Arrived> {
    const { settings, lives } = this.#desk
    const target = targetOf(this.#url, this.#options, settings.decompress)
    this.#target = target
    settings.guard.checkUrl(target.url)
    const life = new Life(this.#options, settings.requestMs, settings.clock)
    this.#life = life
    lives.add(life)
    const arrived = await send(this.#desk, { life, target, options: this.#options, isStreamed })
    this.#status = arrived.status
    return arrived
  }

  #failed(error: unknown): void {
    const { tally, settings } = this.#desk
    const code = isMillraceError(error) ? error.code : undefined
    this.#error = error
    tally.failed += 1
    if (code === 'ERR_TIMED_OUT') tally.timedOut += 1
    else if (code === 'ERR_HTTP_BLOCKED') this.#blocked(settings.name, error)
    else if (this.#isCancelled) tally.cancelled += 1
    if (code === 'ERR_HTTP_STATUS') this.#status = (error as { readonly status?: number }).status
  }

  get #isCancelled(): boolean {
    const { call, signal } = this.#options
    return (call !== undefined && isAborted(call)) || signal?.aborted === true
  }

  #blocked(pool: string, error: unknown): void {
    this.#desk.tally.blocked += 1
    if (events.hasSubscribers) events.publish({ type: 'undici.blocked', pool, origin: this.#origin, error })
  }

  #end(): void {
    const { settings, lives, onEnd } = this.#desk
    if (this.#life !== undefined) {
      this.#life.end()
      lives.delete(this.#life)
      onEnd()
    }
    if (!events.hasSubscribers || this.#startedAt === 0) return
    const tookMs = settings.clock.now() - this.#startedAt
    const [status, error, method] = [this.#status, this.#error, this.#target?.method ?? '']
    events.publish({ type: 'undici.request', pool: settings.name, origin: this.#origin, method, status, tookMs, error })
  }

  get #origin(): string {
    return this.#target?.url.origin ?? ''
  }
}
