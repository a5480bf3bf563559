import { workerData } from 'node:worker_threads'

// Nobody collects them elsewhere.
const isThread = (workerData as { millrace?: unknown } | null)?.millrace !== undefined

/** Buffers that the task which runs wants to hand over. */
const marked = new Set<ArrayBuffer>()

/**
 * Hands a buffer over with the result of a task instead of copying it: `return { width, pixels: move(pixels) }`. It is
 * given back as it is. What shares its memory with something else, a part of a larger buffer, is copied all the same;
 * so is everything where no thread is involved.
 */
export const move = <Value extends ArrayBuffer | ArrayBufferView>(value: Value): Value => {
  if (!isThread) return value
  if (value instanceof ArrayBuffer) marked.add(value)
  else if (value.buffer instanceof ArrayBuffer && value.buffer.byteLength === value.byteLength) marked.add(value.buffer)
  return value
}

/** What was handed over since the last time. */
export const takeMarked = (): ArrayBuffer[] => {
  const taken = [...marked]
  marked.clear()
  return taken
}
