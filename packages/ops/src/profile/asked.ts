import { sentence } from '../listener/answer.ts'
import type { Answer } from '../listener/answer.ts'
import type { Asked } from '../listener/part.ts'

/**
 * A number of the query, within bounds; an answer that says what is wrong with it.
 *
 * @param bounds the least and the most, and what it is when it is not given
 */
export const numberOf = (
  { url = '/' }: Asked,
  name: string,
  { min, max, otherwise }: { readonly min: number; readonly max: number; readonly otherwise: number },
): number | Answer => {
  const text = new URL(url, 'http://localhost').searchParams.get(name)
  if (text === null) return otherwise
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= min && value <= max) return value
  return sentence(400, `${name} must be a number from ${min} to ${max}, got ${JSON.stringify(text.slice(0, 40))}.`)
}

/** Aborts when whoever asked has gone, or the listener closes. */
export const patience = ({ socket }: Asked, closing: AbortSignal): { signal: AbortSignal; end(): void } => {
  const controller = new AbortController()
  const gone = (): void => controller.abort()
  if (closing.aborted || socket.destroyed) gone()
  closing.addEventListener('abort', gone)
  socket.once('close', gone)
  const end = (): void => {
    closing.removeEventListener('abort', gone)
    socket.removeListener('close', gone)
  }
  return { signal: controller.signal, end }
}
