import type { IncomingMessage } from 'node:http'
import { notReadable, tooLarge } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** What became of a body: its text, or why it was not read. */
export interface BodyReader {
  (text: string): void
}

/**
 * Reads the body of a request of Node, at most `maxBytes` of it: a declared length above that is refused before
 * anything is read, and reading stops where more arrives than was declared.
 *
 * @param onRefusal gets 413, or 400 for a body that breaks off
 */
export const readBody = (
  message: IncomingMessage,
  maxBytes: number,
  onText: BodyReader,
  onRefusal: (refusal: Refusal) => void,
): void => {
  if (Number(message.headers['content-length']) > maxBytes) return onRefusal(tooLarge(maxBytes))
  let first: Buffer | undefined
  let rest: Buffer[] | undefined
  let received = 0
  let isOver = false
  const end = (refusal: Refusal | undefined) => {
    if (isOver) return
    isOver = true
    if (refusal !== undefined) onRefusal(refusal)
    // Nearly every request is one chunk.
    else onText(rest === undefined ? (first?.toString() ?? '') : Buffer.concat(rest, received).toString())
  }
  message.on('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > maxBytes) {
      message.pause()
      end(tooLarge(maxBytes))
    } else if (first === undefined) first = chunk
    else if (rest === undefined) rest = [first, chunk]
    else rest.push(chunk)
  })
  message.on('end', () => end(undefined))
  message.on('error', () => end(notReadable))
}

/** The same for a request of the web. */
export const readWebBody = async (request: Request, maxBytes: number): Promise<string | Refusal> => {
  if (Number(request.headers.get('content-length')) > maxBytes) return tooLarge(maxBytes)
  const decoder = new TextDecoder()
  let received = 0
  let text = ''
  try {
    for await (const chunk of request.body ?? []) {
      received += chunk.byteLength
      if (received > maxBytes) return tooLarge(maxBytes)
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    return notReadable
  }
  return text + decoder.decode()
}
