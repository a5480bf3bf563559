/**
 * Rooms to try one after the other, each smaller than the one before by more: a few for what nearly fits, and a dozen
 * for what never does.
 *
 * @param leastBytes less room than this is of no use
 */
export function* rooms(bytes: number, leastBytes: number): Generator<number> {
  for (let [room, scale] = [bytes, 0.9]; room > leastBytes; room *= scale, scale *= 0.9) yield room
}
