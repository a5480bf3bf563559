import { jsonOf } from '@millrace/core'
import type { Entry, Result } from '@millrace/core'
import { decode, encode } from '@msgpack/msgpack'
import { promisify } from 'node:util'
import { deflate as deflateLater, inflate as inflateLater } from 'node:zlib'
import { entryOf, headerOf } from './header.ts'

const deflate = promisify(deflateLater)
const inflate = promisify(inflateLater)

/** How an entry is written. */
export interface FrameOptions {
  readonly format: 'json' | 'messagepack'
  readonly compressAboveBytes: number
}

// One byte that says whose it is, one with flags, four with the length of the header, the header, the result.
const magic = 0xa7
const isPacked = 1
const isDeflated = 2
const prefixBytes = 6

/** How much of an entry is enough, most of the time, to read its header. */
export const glanceBytes = 2_048

/** An entry as bytes. */
export const frame = (entry: Entry, { format, compressAboveBytes }: FrameOptions): Buffer | Promise<Buffer> => {
  const isMessagePack = format === 'messagepack'
  const header = isMessagePack ? pack(headerOf(entry)) : Buffer.from(JSON.stringify(headerOf(entry)))
  const body = isMessagePack ? pack(entry.result) : Buffer.from(jsonOf(entry.result) ?? JSON.stringify(entry.result))
  const flags = isMessagePack ? isPacked : 0
  if (prefixBytes + header.length + body.length <= compressAboveBytes) return joined(flags, header, body)
  return deflate(body, { level: 1 }).then((small) =>
    small.length < body.length ? joined(flags | isDeflated, header, small) : joined(flags, header, body),
  )
}

/** The entry in these bytes; undefined when they are anything else. */
export const unframe = (bytes: Buffer): Entry | undefined | Promise<Entry | undefined> => {
  const length = headerLengthOf(bytes)
  if (length === undefined) return undefined
  const head = glance(bytes)
  if (head === undefined) return undefined
  const flags = bytes[1] as number
  const start = prefixBytes + length
  if ((flags & isDeflated) === 0) return entryWith(head, bytes, start, flags)
  return inflate(bytes.subarray(start), { maxOutputLength: maxInflatedBytes }).then(
    (large) => entryWith(head, large, 0, flags),
    () => undefined,
  )
}

/** What can be known of an entry from the first part of its bytes; undefined when they are something else, or too few. */
export const glance = (bytes: Buffer): Omit<Entry, 'result'> | undefined => {
  const length = headerLengthOf(bytes)
  if (length === undefined || bytes.length < prefixBytes + length) return undefined
  try {
    return entryOf(parse(bytes, prefixBytes, prefixBytes + length, bytes[1] as number))
  } catch {
    return undefined
  }
}

/** How many bytes must be there to read the header; undefined when it is no entry. */
export const headEnd = (bytes: Buffer): number | undefined => {
  const length = headerLengthOf(bytes)
  return length === undefined ? undefined : prefixBytes + length
}

const headerLengthOf = (bytes: Buffer): number | undefined =>
  bytes.length > prefixBytes && bytes[0] === magic && (bytes[1] as number) <= (isPacked | isDeflated)
    ? bytes.readUInt32BE(2)
    : undefined

const entryWith = (head: Omit<Entry, 'result'>, bytes: Buffer, start: number, flags: number): Entry | undefined => {
  try {
    const result = parse(bytes, start, bytes.length, flags)
    return isResult(result) ? { result, ...head } : undefined
  } catch {
    return undefined
  }
}

const isResult = (value: unknown): value is Result =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const parse = (bytes: Buffer, start: number, end: number, flags: number): unknown =>
  (flags & isPacked) === 0 ? JSON.parse(bytes.toString('utf8', start, end)) : decode(bytes.subarray(start, end))

const pack = (value: unknown): Buffer => {
  const { buffer, byteOffset, byteLength } = encode(value, { ignoreUndefined: true })
  return Buffer.from(buffer, byteOffset, byteLength)
}

const joined = (flags: number, header: Buffer, body: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(prefixBytes + header.length + body.length)
  bytes[0] = magic
  bytes[1] = flags
  bytes.writeUInt32BE(header.length, 2)
  header.copy(bytes, prefixBytes)
  body.copy(bytes, prefixBytes + header.length)
  return bytes
}

// Nothing that a cache keeps comes near it; what a few bytes of garbage swell to might.
const maxInflatedBytes = 2 ** 26
