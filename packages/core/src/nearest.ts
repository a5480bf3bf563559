/** Longest name that is compared letter by letter. */
const maxLength = 128

/**
 * The name that was probably meant: the same but for case and separators, or with a letter or two typed wrong, missing,
 * too much or swapped (optimal string alignment distance). Undefined when none is near.
 */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const wanted = plain(name)
  let best: string | undefined
  // One slip in three letters, and never more than three: what is further off was meant to be something else.
  let distance = Math.min(3, Math.floor(wanted.length / 3)) + 1
  for (const one of known) {
    const found = distanceOf(wanted, plain(one), distance)
    if (found >= distance) continue
    best = one
    distance = found
  }
  return best
}

const plain = (name: string): string =>
  name
    .slice(0, maxLength)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

const distanceOf = (from: string, to: string, limit: number): number => {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + cost,
        isSwapped ? at(beforeLast, column - 2) + 1 : Infinity,
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, to.length)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity
