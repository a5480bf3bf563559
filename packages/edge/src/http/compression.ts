import { promisify } from 'node:util'
import { brotliCompress, constants, crc32, deflateRaw, gzip } from 'node:zlib'
import type { SharedBytes } from './reply.ts'

/** The encodings the edge writes. */
export type Encoding = 'gzip' | 'br'

/**
 * The encoding for a body, by what the client accepts: brotli before gzip, but gzip first for a body whose end is
 * compressed already. Undefined for a small body, or a client that accepts neither.
 *
 * @param length of the body in bytes; in characters is near enough
 */
export const encodingFor = (
  minBytes: number,
  accepted: string | undefined,
  length: number,
  hasEnding: boolean,
): Encoding | undefined => {
  if (accepted === undefined || length < minBytes) return undefined
  return (hasEnding ? forShared : forOwn).find((encoding) => accepts(accepted, encoding))
}

const forOwn: readonly Encoding[] = ['br', 'gzip']
const forShared: readonly Encoding[] = ['gzip', 'br']

/**
 * Compresses off the main thread.
 *
 * @param ending what comes after the body, where many answers end the same: gzip compresses that once for all of them
 */
export const compress = (encoding: Encoding, body: string, ending?: SharedBytes): Promise<Buffer> => {
  if (ending === undefined) return whole(encoding, body)
  const start = Buffer.from(body)
  return encoding === 'gzip' && start.length <= maxStored ? joined(start, ending) : whole(encoding, body + ending.text)
}

const whole = (encoding: Encoding, body: string): Promise<Buffer> =>
  encoding === 'gzip' ? gzipped(body, { level: 4 }) : brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })

// RFC 1952: header, what is each answer's own as a stored block of RFC 1951, 3.2.4, which ends on a whole byte, the
// blocks of the ending, checksum, length.
const joined = async (start: Buffer, ending: SharedBytes): Promise<Buffer> => {
  let blocks = deflated.get(ending)
  if (blocks === undefined) deflated.set(ending, (blocks = deflate(ending.bytes)))
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0])
  head.writeUInt16LE(start.length, 11)
  head.writeUInt16LE(start.length ^ 0xffff, 13)
  const foot = Buffer.alloc(8)
  foot.writeUInt32LE(crc32(ending.bytes, crc32(start)), 0)
  foot.writeUInt32LE((start.length + ending.bytes.length) % 2 ** 32, 4)
  return Buffer.concat([head, start, await blocks, foot])
}

const gzipped = promisify(gzip)
const brotli = promisify(brotliCompress)
const deflate = promisify(deflateRaw)
const deflated = new WeakMap<SharedBytes, Promise<Buffer>>()
const maxStored = 65_535

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
