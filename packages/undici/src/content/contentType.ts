import type { HttpHeaders } from '../response.ts'

/** Whether a content type is JSON: `application/json`, or one that ends in `+json` (RFC 6839). */
export const isJsonType = (type: HttpHeaders[string]): boolean =>
  typeof type === 'string' && /^\s*(?:(?:application|text)\/json|[\w.-]+\/[\w.-]+\+json)\s*(?:;|$)/i.test(type)

/** Bytes as text, without a byte order mark: in the character set that the type names, else UTF-8. */
export const textOf = (bytes: Uint8Array, type: HttpHeaders[string]): string => {
  if (typeof type !== 'string' || !/charset/i.test(type)) return utf8.decode(bytes)
  const [, charset = 'utf-8'] = /;\s*charset="?([\w-]+)/i.exec(type) ?? []
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    // A name that nobody knows.
    return utf8.decode(bytes)
  }
}

const utf8 = new TextDecoder()
