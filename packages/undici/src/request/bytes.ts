import { pipeline } from 'node:stream'
import type { Transform } from 'node:stream'
import { codingsOf, failedWith, tooLarge } from '../content/coding.ts'
import type { Pieces } from './pieces.ts'
import type { HttpHeaders } from '../response.ts'

/**
 * The body of a streamed answer, decompressed.
 *
 * @param headers say how it is compressed
 * @throws HttpTooLargeError when it becomes larger than `maxBytes`, and what `Pieces` and decoding throw
 */
export async function* bytesOf(
  pieces: Pieces,
  headers: HttpHeaders,
  maxBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const codings = codingsOf(headers)
    const first = codings.length === 0 ? undefined : await pieces.next()
    if (first === undefined) yield* rest(pieces)
    else
      yield* counted(
        through(
          pieces,
          first,
          codings.map((coding) => coding.stream(first[0] ?? 0)),
        ),
        maxBytes,
      )
  } finally {
    pieces.leave()
  }
}

async function* rest(pieces: Pieces, first?: Buffer): AsyncGenerator<Buffer, void, undefined> {
  for (let piece = first ?? (await pieces.next()); piece !== undefined; piece = await pieces.next()) yield piece
}

/** Whatever fails is thrown to who reads, by way of the last stream. */
async function* through(pieces: Pieces, first: Buffer, decoders: Transform[]): AsyncGenerator<Buffer, void, undefined> {
  const last = decoders.at(-1)!
  let failure: Error | undefined
  const source = rest(pieces, first)
  const watched = (async function* () {
    try {
      yield* source
    } catch (error) {
      failure = error as Error
      throw error
    }
  })()
  pipeline([watched, ...decoders] as never, () => {})
  try {
    for await (const piece of last) yield piece as Buffer
  } catch (error) {
    throw failure ?? failedWith(error)
  }
}

async function* counted(
  bytes: AsyncGenerator<Buffer, void, undefined>,
  maxBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    yield piece
  }
}
