import { promisify } from 'node:util'
import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzip,
  inflate,
  inflateRaw,
} from 'node:zlib'
import type { InputType, ZlibOptions } from 'node:zlib'
import type { Transform } from 'node:stream'
import { HttpContentError, HttpTooLargeError } from '../errors.ts'
import type { HttpHeaders } from '../response.ts'

/** How to undo one coding of a body. */
interface Coding {
  /** All at once. */
  whole(bytes: Uint8Array, options: ZlibOptions): Promise<Buffer>
  /** Piece by piece. @param first the first byte */
  stream(first: number): Transform
}

/** What is asked for. */
export const acceptEncoding = 'gzip, deflate, br'

/**
 * The codings of a body, in the order in which they are to be undone.
 *
 * @throws HttpContentError for one that nobody asked for, or for more than two
 */
export const codingsOf = (headers: HttpHeaders): readonly Coding[] => {
  const said = headers['content-encoding']
  if (said === undefined) return none
  const names = String(said)
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  // Each one multiplies what a small body can become.
  if (names.length > 2) throw undecodable(`${names.length} codings`)
  return names.toReversed().map((name) => {
    const coding = codings.get(name)
    if (coding === undefined) throw undecodable(name)
    return coding
  })
}

/**
 * A body as it was before it was compressed.
 *
 * @throws HttpTooLargeError as soon as it would become larger than `maxBytes`; HttpContentError when it is damaged
 */
export const decoded = async (bytes: Buffer, headers: HttpHeaders, maxBytes: number): Promise<Buffer> => {
  let body = bytes
  if (body.length === 0) return body
  for (const coding of codingsOf(headers)) {
    try {
      // Zlib has no other way to say that nothing at all may come.
      body = await coding.whole(body, maxBytes === Infinity ? {} : { maxOutputLength: Math.max(1, maxBytes) })
    } catch (error) {
      throw failedWith(error)
    }
  }
  if (body.length > maxBytes) throw tooLarge(maxBytes)
  return body
}

/** What decoding failed with, as its caller is told. */
export const failedWith = (error: unknown): Error =>
  (error as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    ? new HttpTooLargeError('The answer of the HTTP service is too large once it is decompressed.', error)
    : new HttpContentError('The answer of the HTTP service is damaged: it cannot be decompressed.', error)

/** A body is larger than it may be. */
export const tooLarge = (maxBytes: number): HttpTooLargeError =>
  new HttpTooLargeError(`The answer of the HTTP service is larger than ${maxBytes} bytes.`)

const undecodable = (what: string): HttpContentError =>
  new HttpContentError(
    'The answer of the HTTP service is compressed in a way that was not asked for.',
    new Error(`content-encoding: ${what}`),
  )

const [gunzipWhole, brotliWhole, inflateWhole, inflateRawWhole] = [gunzip, brotliDecompress, inflate, inflateRaw].map(
  (one) =>
    promisify(
      one as (input: InputType, options: ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void,
    ),
) as [Whole, Whole, Whole, Whole]
type Whole = (input: InputType, options: ZlibOptions) => Promise<Buffer>

const gzip: Coding = { whole: gunzipWhole, stream: () => createGunzip() }

/** Servers mean two things by it: with a head (RFC 1950), as it should be, and without (RFC 1951). */
const deflate: Coding = {
  whole: (bytes, options) => (isZlib(bytes[0] ?? 0) ? inflateWhole : inflateRawWhole)(bytes, options),
  stream: (first) => (isZlib(first) ? createInflate() : createInflateRaw()),
}
const isZlib = (first: number): boolean => (first & 0x0f) === 8

const none: readonly Coding[] = []
const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', deflate],
  ['br', { whole: brotliWhole, stream: () => createBrotliDecompress() }],
])
