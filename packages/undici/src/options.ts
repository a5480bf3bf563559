import {
  boolean,
  checkOptions,
  either,
  func,
  having,
  integer,
  number,
  off,
  record,
  systemClock,
  text,
} from '@millrace/core'
import type { Clock } from '@millrace/core'
import type { LookupFunction } from 'node:net'
import { lookup as systemLookup } from 'node:dns'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { guardOf } from './guard/guard.ts'
import type { Guard, GuardOptions } from './guard/guard.ts'

/** Options of `httpPool`. Times are in milliseconds; `Infinity` is no limit. */
export interface HttpPoolOptions {
  /** Name in events and statistics. @default 'millrace' */
  readonly name?: string | undefined
  /** Connections to one origin at most, at least 1. @default 10 */
  readonly connections?: number | undefined
  /** Requests to one origin that run at the same time. @default `connections`; 100 with `http2` */
  readonly maxConcurrent?: number | undefined
  /** Requests to one origin that may wait for their turn; the next one is refused. @default 100 */
  readonly maxWaiting?: number | undefined
  /** How long a request waits for its turn. @default 5_000 */
  readonly waitMs?: number | undefined
  /** How long connecting may take: name, TCP and TLS. undici is up to a second late with it. @default 5_000 */
  readonly connectMs?: number | undefined
  /** From the moment a request is sent to the head of its answer. undici is up to a second late with it. @default 15_000 */
  readonly headersMs?: number | undefined
  /** Between two pieces of a body. undici is up to a second late with it. @default 15_000 */
  readonly bodyMs?: number | undefined
  /** How long a request may take as a whole: waiting, redirects and body. @default 30_000 */
  readonly requestMs?: number | undefined
  /** How long a connection that is not needed stays open, when the server says nothing else. @default 4_000 */
  readonly idleMs?: number | undefined
  /** Offers HTTP/2 where a server speaks TLS: many requests on one connection. @default false */
  readonly http2?: boolean | undefined
  /** Bytes of an answer's body at most, as it came and decompressed. @default 10_485_760 */
  readonly maxBodyBytes?: number | undefined
  /** Bytes of an answer's head at most. @default 16_384 */
  readonly maxHeaderBytes?: number | undefined
  /** How many redirects are followed; with 0 they are answers like any other. @default 5 */
  readonly maxRedirects?: number | undefined
  /** Asks for gzip, br and deflate, and decodes them. @default true */
  readonly decompress?: boolean | undefined
  /** Which URLs and addresses may be asked; `false` for all of them. @default {}: everything in public networks */
  readonly guard?: GuardOptions | false | undefined
  /** Certificates and keys, as `node:tls` takes them. @default {} */
  readonly tls?: TlsOptions | undefined
  /** Finds the addresses of a name. What it finds still has to pass the guard. @default `dns.lookup` */
  readonly lookup?: LookupFunction | undefined
  /** What `check` asks for: a URL that answers when the service is well. @default undefined: `check` asks nobody */
  readonly checkUrl?: string | undefined
  /** The time it lives in. @default the lifespan's, else the system's */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export interface Settings extends Required<
  Omit<{ readonly [Name in keyof HttpPoolOptions]: Exclude<HttpPoolOptions[Name], undefined> }, 'guard' | 'checkUrl'>
> {
  readonly guard: Guard
  readonly checkUrl: string | undefined
}

/** @throws TypeError when an option makes no sense */
export const settingsOf = (options: HttpPoolOptions = {}): Settings => {
  checkOptions('httpPool', options, checks)
  const {
    name = 'millrace',
    http2 = false,
    connections = 10,
    maxConcurrent = http2 ? 100 : connections,
    maxWaiting = 100,
    waitMs = 5_000,
    connectMs = 5_000,
    headersMs = 15_000,
    bodyMs = 15_000,
    requestMs = 30_000,
    idleMs = 4_000,
    maxBodyBytes = 10_485_760,
    maxHeaderBytes = 16_384,
    maxRedirects = 5,
    decompress = true,
    guard = {},
    tls = {},
    lookup = systemLookup,
    checkUrl,
    clock = systemClock,
  } = options
  const size = { connections, maxConcurrent, maxWaiting, maxBodyBytes, maxHeaderBytes, maxRedirects }
  const times = { waitMs, connectMs, headersMs, bodyMs, requestMs, idleMs }
  return { name, http2, decompress, guard: guardOf(guard), tls, lookup, checkUrl, clock, ...size, ...times }
}

const duration = number({ min: 1, unlimited: true })

const checks = {
  name: text,
  connections: integer({ min: 1 }),
  maxConcurrent: integer({ min: 1, unlimited: true }),
  maxWaiting: integer({ min: 0, unlimited: true }),
  waitMs: number({ min: 0, unlimited: true }),
  connectMs: duration,
  headersMs: duration,
  bodyMs: duration,
  requestMs: duration,
  idleMs: number({ min: 1 }),
  http2: boolean,
  maxBodyBytes: integer({ min: 0, unlimited: true }),
  maxHeaderBytes: integer({ min: 1 }),
  maxRedirects: integer({ min: 0 }),
  decompress: boolean,
  guard: either(record, off),
  tls: record,
  lookup: func,
  checkUrl: text,
  clock: having('a clock', 'now', 'after'),
}
