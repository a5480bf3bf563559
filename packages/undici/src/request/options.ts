import { checkOptions, func, having, integer, number, record } from '@millrace/core'
import type { Call, Check } from '@millrace/core'

/** One request. */
export interface HttpRequestOptions {
  /** @default 'GET'; 'POST' with a body */
  readonly method?: string | undefined
  /** By name. What is not commonly known to be harmless is not sent on to another origin. @default {} */
  readonly headers?: { readonly [name: string]: string | undefined } | undefined
  /** What is sent. Text goes as UTF-8. @default nothing */
  readonly body?: string | Uint8Array | undefined
  /** Sent as JSON, with its content type; in place of `body`. */
  readonly json?: unknown
  /** The call that the request is part of: when it is cancelled or its deadline passes, so is the request. */
  readonly call?: Call | undefined
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined
  /** How long the request may take as a whole, in milliseconds. @default the pool's `requestMs` */
  readonly timeoutMs?: number | undefined
  /** Bytes of the body at most, as it came and decompressed. @default the pool's `maxBodyBytes` */
  readonly maxBodyBytes?: number | undefined
  /** How many redirects are followed. @default the pool's `maxRedirects` */
  readonly maxRedirects?: number | undefined
  /** Which statuses are answers and not errors. @default below 400 */
  readonly isOk?: ((status: number) => boolean) | undefined
}

/** A request, or within what one is made that asks for nothing special: a call, or a signal. */
export type HttpWithin = Call | AbortSignal | HttpRequestOptions

/** @throws TypeError for what is none of these, or makes no sense */
export const requestOf = (within: HttpWithin | undefined): HttpRequestOptions => {
  if (within === undefined) return plain
  if (within instanceof AbortSignal) return { signal: within }
  if (isCall(within)) return { call: within }
  checkOptions('request', within, checks)
  if (within.json !== undefined && within.body !== undefined)
    throw new TypeError('request.json takes the place of request.body: give one of them')
  return within
}

const isCall = (within: Call | HttpRequestOptions): within is Call =>
  within !== null && typeof within === 'object' && 'operation' in within && 'deadline' in within

const plain: HttpRequestOptions = {}

const method: Check = (value) =>
  typeof value === 'string' && /^[A-Z]+$/.test(value) && value !== 'CONNECT'
    ? undefined
    : 'a method in capitals, not CONNECT'
const body: Check = (value) =>
  typeof value === 'string' || value instanceof Uint8Array ? undefined : 'a string or a Uint8Array'
const headers: Check = (value) =>
  record(value) ??
  (Object.entries(value as object).every(
    ([name, one]) => !ours.has(name.toLowerCase()) && (typeof one === 'string' || one === undefined),
  )
    ? undefined
    : `an object of strings, without ${[...ours].join(', ')}`)

/** They say where a message goes and how long it is, which follows from the URL and the body. */
const ours = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive', 'expect'])

const checks = {
  method,
  headers,
  body,
  json: () => undefined,
  call: having('a call', 'notify'),
  signal: (value: unknown) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  timeoutMs: number({ min: 0, unlimited: true }),
  maxBodyBytes: integer({ min: 0, unlimited: true }),
  maxRedirects: integer({ min: 0 }),
  isOk: func,
}
