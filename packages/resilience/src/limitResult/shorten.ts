import { bytesOf } from './measure.ts'

/** Whether a string is no larger than some room as JSON; a long one is not even looked at. */
export const fitsIn = (text: string, room: number): boolean => text.length + 2 <= room && bytesOf(text) <= room

/** The longest beginning of a string that fits into some room as JSON, closed by an ellipsis. */
export const cutString = (text: string, room: number): string =>
  fitsIn(text, room) ? text : `${text.slice(0, endThatFits(text, room - ellipsisBytes))}…`

/** Where the longest beginning of a string ends that fits into some room as JSON; not between two halves of a character. */
export const endThatFits = (text: string, room: number): number => {
  if (fitsIn(text, room)) return text.length
  let [fits, tooLong] = [0, Math.min(text.length, Math.max(1, Math.ceil(room)))]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (bytesOf(text.slice(0, middle)) <= room) fits = middle
    else tooLong = middle
  }
  return isHighSurrogate(text.charCodeAt(fits - 1)) ? fits - 1 : fits
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00

const ellipsisBytes = 3
