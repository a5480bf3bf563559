/** Something that must share room with others. */
export interface Claim {
  readonly bytes: number
  /** The least it can do with. */
  readonly leastBytes: number
}

/**
 * Divides room so that who needs little gets all of it and the others get the same each (max-min fairness). Undefined
 * when there is not even the least for everybody.
 */
export const fairShares = (claims: readonly Claim[], room: number): readonly number[] | undefined => {
  let left = room
  for (const { leastBytes } of claims) left -= leastBytes
  if (left < 0) return undefined
  const shares = claims.map(({ leastBytes }) => leastBytes)
  const extra = (index: number): number => claims[index]!.bytes - claims[index]!.leastBytes
  const order = claims.map((_, index) => index).sort((a, b) => extra(a) - extra(b))
  for (const [position, index] of order.entries()) {
    const given = Math.min(extra(index), Math.floor(left / (order.length - position)))
    shares[index]! += given
    left -= given
  }
  return shares
}
