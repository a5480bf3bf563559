import type { CutPart } from './cutting.ts'

/** Says in plain words what was cut. */
export const noteOf = (parts: readonly CutPart[], bytes: number, maxBytes: number): string => {
  const named = parts.slice(0, mostNamed).map(({ path, unit, kept, of }) => `${path} has ${kept} of ${of} ${unit}`)
  const more = parts.length > mostNamed ? `; so were ${parts.length - mostNamed} other places` : ''
  const size =
    bytes > maxBytes ? ` The whole answer has ${sizeOf(bytes)}, and at most ${sizeOf(maxBytes)} are sent.` : ''
  return `This answer was cut: ${named.join(', ')}${more}.${size} Ask for less to see what is missing.`
}

/** The note when nothing of an answer could be kept. */
export const emptyNoteOf = (bytes: number, maxBytes: number): string =>
  `This answer was left out: it has ${sizeOf(bytes)}, and at most ${sizeOf(maxBytes)} are sent. Ask for less.`

const sizeOf = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 100) / 10} kB` : `${Math.round(bytes / 100_000) / 10} MB`
}

const mostNamed = 3
