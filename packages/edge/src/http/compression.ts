import { promisify } from 'node:util'
import { brotliCompress, constants, crc32, deflateRaw, gzip } from 'node:zlib'
import type { SharedBytes } from './reply.ts'

/** What an answer carries that could have been compressed, whether or not it is: caches between need it. */
export const varyByEncoding = ['vary', 'accept-encoding'] as const

/** The encodings the edge writes. */
export type Encoding = 'gzip' | 'br'

/**
 * The encoding for a body: the one that the client likes best; of two that it likes alike brotli, but gzip for a body
 * whose end is compressed already. Undefined for a small body, unless the client takes none that is not encoded, and
 * for a client that takes neither or likes the body better as it is.
 *
 * @param minBytes smallest body that is compressed; `Infinity` for none
 * @param length of the body in bytes; in characters is near enough
 */
export const encodingFor = (
  minBytes: number,
  accepted: string | undefined,
  length: number,
  hasEnding: boolean,
): Encoding | undefined => {
  if (accepted === undefined || minBytes === Infinity) return undefined
  const weights = weightsOf(accepted)
  if (length < minBytes && !weights.isIdentityRefused) return undefined
  const { gzip, br, identity } = weights
  const best = Math.max(gzip, br)
  if (best === 0 || identity > best) return undefined
  if (gzip === br) return hasEnding ? 'gzip' : 'br'
  return gzip > br ? 'gzip' : 'br'
}

/**
 * Compresses off the main thread.
 *
 * @param ending what comes after the body, where many answers end the same: gzip compresses that once for all of them
 */
export const compress = (encoding: Encoding, body: string, ending?: SharedBytes): Promise<Buffer> => {
  // Of an empty piece after another one Node 22 makes a checksum that is wrong.
  if (ending === undefined || ending.bytes.length === 0) return whole(encoding, body)
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

/** How well a client likes each, from 0 (not at all) to 1. */
interface Weights {
  readonly gzip: number
  readonly br: number
  /** 0 also where nothing is said of it: then it will do, but anything else is better. */
  readonly identity: number
  readonly isIdentityRefused: boolean
}

// RFC 9110, 12.5.3.
const weightsOf = (accepted: string): Weights => {
  const known = memo.get(accepted)
  if (known !== undefined) return known
  const said = new Map<string, number>()
  for (const item of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim())
    said.set(name, weightOf(parameters))
  }
  const others = said.get('*')
  const weights = {
    gzip: said.get('gzip') ?? others ?? 0,
    br: said.get('br') ?? others ?? 0,
    identity: said.get('identity') ?? 0,
    isIdentityRefused: (said.get('identity') ?? others) === 0,
  }
  if (memo.size >= maxMemo) memo.clear()
  memo.set(accepted, weights)
  return weights
}

const weightOf = (parameters: readonly string[]): number => {
  for (const parameter of parameters) {
    const [, weight] = /^q\s*=\s*(.*)$/.exec(parameter) ?? []
    // What is no weight is no wish either.
    if (weight !== undefined) return /^(0(\.\d*)?|1(\.0*)?)$/.test(weight) ? Number(weight) : 0
  }
  return 1
}

// Clients send few different ones; a caller who varies it only makes the memo start again.
const memo = new Map<string, Weights>()
const maxMemo = 100
