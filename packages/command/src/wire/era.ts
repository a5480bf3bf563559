import { nameOf, operationOf } from './request.ts'
import type { Params, Prepared, Request } from './request.ts'
import { headerText } from './headerText.ts'

/** A revision of the protocol that a server has agreed to. */
export interface Era {
  readonly revision: string
  /** Whether requests stand alone (2026-07-28 and later), without `initialize` and without sessions. */
  readonly isModern: boolean
}

/** The newest revision whose requests stand alone. */
export const modern: Era = { revision: '2026-07-28', isModern: true }
/** The newest revision that begins with `initialize`. */
export const legacy: Era = { revision: '2025-11-25', isModern: false }

/** Who calls, in `initialize` and in the envelope. */
export const clientInfo = { name: 'millrace', version: '1.0.0' }

/**
 * Makes a request ready for a revision.
 *
 * @param repeated headers that repeat arguments, which 2026-07-28 asks for
 */
export const prepare = (era: Era, request: Request, repeated: readonly string[] = []): Prepared => {
  const { method, params } = request
  const name = nameOf(request)
  const enveloped = era.isModern ? { ...params, _meta: { ...(params['_meta'] as Params), ...envelope } } : params
  const tail = tailOf(method, enveloped)
  const headers = era.isModern
    ? ['mcp-method', method, ...(name === undefined ? [] : ['mcp-name', headerText(name)]), ...repeated]
    : []
  return {
    operation: operationOf(request),
    tail,
    tailBytes: Buffer.byteLength(tail),
    headers,
    headerLines: headerLines(headers),
  }
}

/** Headers as they go over the wire. @param headers names and values in turn */
export const headerLines = (headers: readonly string[]): string =>
  headers.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')

/** The text of a notification. */
export const notificationText = (method: string, params: Params): string => `{"jsonrpc":"2.0",${tailOf(method, params)}`

const tailOf = (method: string, params: Params): string => JSON.stringify({ method, params }).slice(1)

const envelope: Params = {
  'io.modelcontextprotocol/protocolVersion': modern.revision,
  'io.modelcontextprotocol/clientInfo': clientInfo,
  'io.modelcontextprotocol/clientCapabilities': {},
}
