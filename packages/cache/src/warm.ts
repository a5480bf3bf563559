import { arrayOf, checkOptions, func, integer, kindOf, text } from '@millrace/core'
import type { Result } from '@millrace/core'
import pLimit from 'p-limit'

/** A request as a client would send it. */
export interface WarmRequest {
  readonly method: string
  readonly params?: { readonly [name: string]: unknown }
  /** The protocol version of the client: those of 2026-07-28 have entries of their own. @default the server's */
  readonly protocolVersion?: string
}

/** Options of `warm`. */
export interface WarmOptions {
  /** Requests under way at a time; at least 1. @default 4 */
  readonly concurrency?: number | undefined
  /**
   * Sends each request once as of each of these protocol versions. SDK v2 binds a server to one of them: make one for
   * each request, `(request) => invoke(createServer(), request)`. @default each as it is, once
   */
  readonly protocolVersions?: readonly string[] | undefined
  /**
   * Told of each request that failed, with what was thrown or the `isError` result. What it throws itself comes out
   * when all requests have been sent. @default nobody
   */
  readonly onError?: ((error: unknown, request: WarmRequest) => void) | undefined
}

/** How a warm-up went. */
export interface Warmed {
  readonly succeeded: number
  readonly failed: number
}

/**
 * Sends requests through a server, so that what it caches of them is there before the first client asks. A request
 * that fails keeps none of the others from being sent.
 *
 * @param invoke sends one request through the door: `(request) => invoke(server, request, { authInfo })` with `invoke`
 *   of `@millrace/mcp`
 * @throws TypeError (rejects) when that is no function, the requests are no list, or an option makes no sense; in the
 *   end, what `onError` threw first.
 */
export const warm = async (
  invoke: (request: WarmRequest) => Promise<Result>,
  requests: Iterable<WarmRequest>,
  options: WarmOptions = {},
): Promise<Warmed> => {
  checkOptions('warm', options, {
    concurrency: integer({ min: 1 }),
    protocolVersions: arrayOf(text, 'protocol versions'),
    onError: func,
  })
  if (typeof invoke !== 'function') {
    throw new TypeError(
      `warm: first comes a function that sends a request, such as (request) => invoke(server, request); got ${kindOf(invoke)}`,
    )
  }
  if (typeof (requests as Partial<Iterable<WarmRequest>> | undefined)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`warm: the requests must be an array or another iterable, got ${kindOf(requests)}`)
  }
  const { concurrency = 4, protocolVersions, onError } = options
  let succeeded = 0
  let failed = 0
  const faults: unknown[] = []
  const fail = (error: unknown, request: WarmRequest): void => {
    failed += 1
    try {
      onError?.(error, request)
    } catch (fault) {
      faults.push(fault)
    }
  }
  const send = async (request: WarmRequest): Promise<void> => {
    try {
      const result = await invoke(request)
      if (result['isError'] === true) return fail(result, request)
    } catch (error) {
      return fail(error, request)
    }
    succeeded += 1
  }
  const inVersions = (request: WarmRequest): readonly WarmRequest[] =>
    protocolVersions?.map((protocolVersion) => ({ ...request, protocolVersion })) ?? [request]
  await pLimit(concurrency).map([...requests].flatMap(inVersions), send)
  if (faults.length > 0) throw faults[0]
  return { succeeded, failed }
}
