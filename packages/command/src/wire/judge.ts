import { shortened } from './ending.ts'
import type { Ending } from './ending.ts'
import type { Params } from './request.ts'

/**
 * What an answer comes to. Refusals of servers that shed load are told from errors: by HTTP 429 and 503, by the codes
 * 1429 and 1503, or by when to try again.
 *
 * @param message a JSON-RPC response, already known to be one
 */
export const judge = ({ result, error }: Params): Ending => {
  if (isRecord(error)) return judgeError(error)
  if (!isRecord(result)) return { kind: 'no MCP answer', detail: 'neither result nor error' }
  if (result['isError'] === true) return judgeToolError(result)
  if (result['resultType'] === 'input_required') return { kind: 'input required', detail: 'input_required' }
  return undefined
}

/** Whether a value that was received is an object. */
export const isRecord = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const judgeError = ({ code, message, data }: Params): Ending => {
  const details = isRecord(data) ? data : {}
  const isRefused = code === 1429 || code === 1503 || typeof details['retryAfterMs'] === 'number'
  return {
    kind: isRefused ? 'refused' : 'JSON-RPC error',
    detail: named(code, details['reason']),
    message: shortened(String(message)),
    ...waitOf(details['retryAfterMs']),
  }
}

const judgeToolError = ({ content, _meta }: Params): Ending => {
  const meta = isRecord(_meta) ? _meta : {}
  const reason = meta['millrace/reason']
  const retryAfterMs = meta['millrace/retryAfterMs']
  const first: unknown = Array.isArray(content) ? content[0] : undefined
  const text = isRecord(first) ? first['text'] : undefined
  return {
    kind: isRefusal(reason) || typeof retryAfterMs === 'number' ? 'refused' : 'tool error',
    detail: named('isError', reason),
    ...(typeof text === 'string' ? { message: shortened(text) } : {}),
    ...waitOf(retryAfterMs),
  }
}

// A reason is what Millrace says of calls that it refuses, and of those that were given up while they ran.
const isRefusal = (reason: unknown): boolean => typeof reason === 'string' && !/timed_out|lost/.test(reason)

const named = (code: unknown, reason: unknown): string =>
  typeof reason === 'string' ? `${String(code)} ${shortened(reason)}` : String(code)

const waitOf = (retryAfterMs: unknown): { readonly retryAfterMs?: number } =>
  typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}
