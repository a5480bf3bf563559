import type { Result } from '@millrace/core'
import { metaKeys } from '@millrace/mcp'
import { isRecord } from '../eras/message.ts'
import type { ErrorObject } from './passage.ts'

/** How a refusal is put in HTTP. */
export interface Asked {
  readonly status: number
  readonly headers: readonly string[]
}

/** The status of a JSON-RPC error that stands for a refusal; undefined for any other. */
export const refusedError = ({ code, data }: ErrorObject): Asked | undefined => {
  const status = statuses[code]
  return status === undefined ? undefined : asked(status, isRecord(data) ? data['retryAfterMs'] : undefined)
}

/** The status of a tool result that stands for a refusal. */
export const refusedResult = ({ isError, _meta: meta }: Result): Asked | undefined => {
  const reason = isError === true && isRecord(meta) ? meta[metaKeys.reason] : undefined
  if (reason === undefined || !isRecord(meta)) return undefined
  const code = reason === 'rate_limited' ? 429 : reason === 'timed_out' ? 504 : 503
  return asked(code, meta[metaKeys.retryAfterMs])
}

const asked = (status: number, retryAfterMs: unknown): Asked => ({
  status,
  headers: typeof retryAfterMs === 'number' ? ['retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000)))] : [],
})

const statuses: { readonly [code: number]: number | undefined } = { 1429: 429, 1503: 503, 1504: 504 }
