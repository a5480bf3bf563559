/** A JSON-RPC request as it came in, known to be sound. */
export interface RequestMessage {
  readonly jsonrpc: '2.0'
  readonly id: string | number
  readonly method: string
  readonly params?: Params
}

/** Parameters of a request. */
export interface Params {
  readonly _meta?: Meta
  readonly [name: string]: unknown
}

/** `_meta` of a request. */
export interface Meta {
  readonly [name: string]: unknown
}

/** Whether a parsed body is one request that both SDKs would take; whatever is not is for them to judge. */
export const isRequest = (body: unknown): body is RequestMessage => {
  if (!isRecord(body)) return false
  const { jsonrpc, id, method, params } = body
  if (jsonrpc !== '2.0' || typeof method !== 'string') return false
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return false
  for (const name in body) if (!members.has(name)) return false
  return params === undefined || (isRecord(params) && isMeta(params['_meta']))
}

/** A request without an id: a notification. */
export const isNotification = (body: unknown): body is { readonly method: string } =>
  isRecord(body) && body['jsonrpc'] === '2.0' && typeof body['method'] === 'string' && !('id' in body)

/** A plain object of a parsed body. */
export const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

// What the SDKs' schemas check in `_meta`, all of it optional.
const isMeta = (meta: unknown): boolean => {
  if (meta === undefined) return true
  if (!isRecord(meta) || 'io.modelcontextprotocol/related-task' in meta) return false
  const { progressToken } = meta
  return progressToken === undefined || typeof progressToken === 'string' || Number.isSafeInteger(progressToken)
}

const members: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params'])
