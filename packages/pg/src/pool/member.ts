/** A connection that belongs to a pool. */
export class Member<Item> {
  readonly item: Item
  /** When it is too old to be used again, in milliseconds of the clock. */
  readonly expiresAt: number
  /** How often it has been given to somebody. */
  uses = 0
  /** Since when nobody uses it, in milliseconds of the clock. */
  idleSince = 0
  state: 'busy' | 'idle' | 'probing' | 'gone' = 'idle'

  constructor(item: Item, expiresAt: number) {
    this.item = item
    this.expiresAt = expiresAt
  }
}
