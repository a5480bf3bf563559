import { brotliCompress, constants, gzip } from 'node:zlib'

/** The encodings the edge writes. */
export type Encoding = 'gzip' | 'br'

/**
 * The encoding for a body, by what the client accepts: brotli before gzip. Undefined for a small body, or a client that
 * accepts neither.
 *
 * @param length of the body in bytes; in characters is near enough
 */
export const encodingFor = (minBytes: number, accepted: string | undefined, length: number): Encoding | undefined => {
  if (accepted === undefined || length < minBytes) return undefined
  return accepts(accepted, 'br') ? 'br' : accepts(accepted, 'gzip') ? 'gzip' : undefined
}

/** Compresses off the main thread. */
export const compress = (encoding: Encoding, body: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const settle = (error: Error | null, bytes: Buffer) => (error === null ? resolve(bytes) : reject(error))
    if (encoding === 'gzip') gzip(body, { level: 4 }, settle)
    else brotliCompress(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }, settle)
  })

const accepts = (accepted: string, encoding: Encoding): boolean => {
  const known = memo.get(accepted)
  if (known !== undefined) return known.has(encoding)
  const parsed = new Set<string>()
  for (const item of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim())
    // RFC 9110, 12.4.2: a weight of 0 is "not acceptable".
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) parsed.add(name)
  }
  if (memo.size >= maxMemo) memo.clear()
  memo.set(accepted, parsed)
  return parsed.has(encoding)
}

// Clients send few different ones; a caller who varies it only makes the memo start again.
const memo = new Map<string, ReadonlySet<string>>()
const maxMemo = 100
