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
  let parts: Buffer[] | undefined
  let received = 0
  let isOver = false
  const refuse = (refusal: Refusal) => {
    if (isOver) return
    isOver = true
    onRefusal(refusal)
  }
  const take = () => {
    if (isOver) return
    // All that has come, as one.
    const part = message.read() as Buffer | null
    received += part?.length ?? 0
    if (received > maxBytes) return refuse(tooLarge(maxBytes))
    if (!message.complete) {
      if (part !== null) (parts ??= []).push(part)
      return
    }
    isOver = true
    // Nearly every request comes at once.
    if (parts === undefined) onText(part?.toString() ?? '')
    else onText(Buffer.concat(part === null ? parts : [...parts, part], received).toString())
  }
  message.on('error', () => refuse(notReadable))
  // Events of the paused mode: those of the flowing one cost twice as much, and `end` comes late.
  if (message.complete) take()
  else message.on('readable', take)
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
