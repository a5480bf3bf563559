import type { Dispatcher } from 'undici'
import { decoded } from '../content/coding.ts'
import { textOf } from '../content/contentType.ts'
import { retryAfterOf } from '../content/retryAfter.ts'
import { HttpRedirectError, HttpStatusError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Gates } from '../origin/gates.ts'
import { events } from '../report.ts'
import type { HttpHeaders } from '../response.ts'
import type { Tally } from '../tally.ts'
import type { Answer } from './answer.ts'
import { hop } from './hop.ts'
import type { Life } from './life.ts'
import type { HttpRequestOptions } from './options.ts'
import { leads, redirected } from './redirect.ts'
import { Streamed } from './streamed.ts'
import type { Target } from './target.ts'
import { Whole } from './whole.ts'
import type { Wanted } from './whole.ts'

/** What all requests of a pool share. */
export interface Desk {
  readonly settings: Settings
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>
  readonly gates: Gates
  readonly tally: Tally
}

/** A request as it is made. */
export interface Plan {
  readonly life: Life
  readonly target: Target
  readonly options: HttpRequestOptions
  /** Whether the body is wanted as it comes. */
  readonly isStreamed: boolean
}

/** An answer that is one, and who gave it. */
export interface Arrived extends Answer {
  readonly url: URL
}

/**
 * Asks, and where the answer leads elsewhere asks there.
 *
 * @throws HttpStatusError when the status is no answer, HttpRedirectError when it leads too far, and what one hop throws
 */
export const send = async (desk: Desk, { life, target: first, options, isStreamed }: Plan): Promise<Arrived> => {
  const { settings, dispatcher, gates, tally } = desk
  const { maxRedirects = settings.maxRedirects, isOk = isSuccess } = options
  const wanted = wantedOf(first, options, settings, isOk, maxRedirects > 0)
  let target = first
  for (let left = maxRedirects; ; left -= 1) {
    settings.guard.checkUrl(target.url)
    const answer = await hop(dispatcher, gates.of(target.url.origin), target, life, (resolve, reject) =>
      isStreamed ? new Streamed(wanted, resolve, reject) : new Whole(wanted, resolve, reject),
    )
    tally.receivedBytes += answer.bytes.length
    if (life.isOver) throw life.reason
    const { status, headers } = answer
    const next = maxRedirects > 0 ? redirected(target, status, headers) : undefined
    if (next === undefined) {
      if (!isOk(status)) throw await statusErrorOf(answer, settings)
      return { ...answer, url: target.url }
    }
    if (left === 0) throw new HttpRedirectError(`The HTTP service led elsewhere more than ${maxRedirects} times.`)
    tally.redirected += 1
    if (events.hasSubscribers) tell(settings.name, target, status, next)
    target = next
  }
}

const wantedOf = (
  { method }: Target,
  { maxBodyBytes }: HttpRequestOptions,
  settings: Settings,
  isOk: (status: number) => boolean,
  isFollowing: boolean,
): Wanted => ({
  // What HEAD says of the length is that of a body which does not come.
  maxBytes: method === 'HEAD' ? Infinity : (maxBodyBytes ?? settings.maxBodyBytes),
  isWanted: (status: number, headers: HttpHeaders) => !(isFollowing && leads(status, headers)) && isOk(status),
})

const isSuccess = (status: number): boolean => status < 400

const statusErrorOf = async ({ status, headers, bytes }: Answer, { clock }: Settings): Promise<HttpStatusError> => {
  const retryAfterMs = retryAfterOf(headers, clock.now())
  return new HttpStatusError(status, { headers, text: await saidIn(bytes, headers), retryAfterMs })
}

const saidIn = async (bytes: Buffer, headers: HttpHeaders): Promise<string> => {
  try {
    return textOf(await decoded(bytes, headers, saidBytes), headers['content-type'])
  } catch {
    // Only a part of it came, or it was damaged: the status says what matters.
    return ''
  }
}

const tell = (pool: string, { url }: Target, status: number, { url: { origin: to } }: Target): void =>
  events.publish({ type: 'undici.redirected', pool, origin: url.origin, status, to })

const saidBytes = 65_536
