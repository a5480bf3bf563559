import type { RequestListener } from 'node:http'
import { constants } from 'node:os'
import { either, func, having, integer, oneOf, text } from '@millrace/core'
import type { Check } from '@millrace/core'
import { checkEdgeOptions } from '../options.ts'
import type { EdgeOptions } from '../options.ts'

/** Options of `serve`, with those of `edge`. */
export interface ServeOptions extends EdgeOptions {
  /** Port to listen on; an integer from 0 to 65,535, where 0 is any that is free. @default 3000 */
  readonly port?: number
  /** Address to listen on; `0.0.0.0` or `::` for all. @default '127.0.0.1' */
  readonly host?: string
  /** Where MCP is served; anything else goes to `fallback`. @default '/mcp' */
  readonly path?: string
  /** Answers every other path: metadata of OAuth, health, a framework's routes. @default 404 */
  readonly fallback?: RequestListener
  /**
   * Processes that share the port; an integer ≥ 1, or `auto` for one a processor. More than one, and `auto` with any
   * number of processors, run the program that called `serve` again in each of them. A session lives in one of them, which
   * answers what comes to the others. @default 1
   */
  readonly workers?: number | 'auto'
  /**
   * How long a worker may be blocked, in milliseconds, before it is killed and another started; an integer ≥ 1000 and
   * more than any tool keeps the event loop, `Infinity` for ever. @default 60_000
   */
  readonly maxBlockedMs?: number
  /**
   * What the server leans on (`lifespan()`): started before it listens, stopped when the last answer is given. Whichever
   * of the two is stopped first stops the other.
   */
  readonly lifespan?: Life
  /**
   * How long a connection may be idle, in milliseconds; an integer ≥ 0. More than the load balancer's own, so that it
   * is never the server that hangs up on a request on its way (AWS: 60 s). @default 65_000
   */
  readonly idleConnectionMs?: number
  /** How long a client may take to send the head of a request, in milliseconds; an integer ≥ 1. @default 20_000 */
  readonly headersMs?: number
  /** How long a client may take to send a whole request, in milliseconds; an integer ≥ `headersMs`. @default 60_000 */
  readonly requestMs?: number
  /**
   * How long answers under way may take once it closes, in milliseconds; an integer ≥ 0. With a lifespan, the sooner of
   * this and its own `drainMs`. @default 10_000
   */
  readonly drainMs?: number
  /**
   * Signals that close it, and at the second one give up what it waits for; `false` for none.
   * @default ['SIGTERM', 'SIGINT']
   */
  readonly signals?: readonly NodeJS.Signals[] | false
}

/** What `serve` asks of a lifespan. */
export interface Life {
  start(): Promise<unknown>
  stop(reason?: string): Promise<void>
  onDrain(hook: () => Promise<void>): unknown
  readonly isReady: boolean
}

/** @throws TypeError when an option makes no sense */
export const checkServeOptions = (options: ServeOptions): void => {
  checkEdgeOptions(options, 'serve', checks)
  const { headersMs = 20_000, requestMs = 60_000 } = options
  if (requestMs < headersMs) {
    throw new TypeError(`serve.requestMs must be at least headersMs (${headersMs}), got ${requestMs}`)
  }
}

/** Those of them that are for `edge`. */
export const edgeOptionsOf = (options: ServeOptions): EdgeOptions =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(checks, name)))

const path: Check = (value) =>
  // As it stands in a request.
  typeof value === 'string' && URL.canParse(value, local) && new URL(value, local).pathname === value
    ? undefined
    : 'a path such as /mcp'

const local = 'http://localhost'

const signalNames: Check = (value) =>
  value === false || (Array.isArray(value) && value.every(isSignal)) ? undefined : 'names of signals, or false'

// The two that no process hears.
const isSignal = (name: unknown): boolean =>
  Object.hasOwn(constants.signals, String(name)) && name !== 'SIGKILL' && name !== 'SIGSTOP'

const checks: { readonly [option: string]: Check } = {
  port: (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536 ? undefined : 'a port',
  host: text,
  path,
  fallback: func,
  workers: either(integer({ min: 1 }), oneOf('auto')),
  maxBlockedMs: integer({ min: 1000, unlimited: true }),
  lifespan: having('a lifespan', 'start', 'stop', 'onDrain'),
  idleConnectionMs: integer({ min: 0 }),
  headersMs: integer({ min: 1 }),
  requestMs: integer({ min: 1 }),
  drainMs: integer({ min: 0 }),
  signals: signalNames,
}
