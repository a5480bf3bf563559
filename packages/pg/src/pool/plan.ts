import type { Clock, PgCloseReason } from '@millrace/core'

/** How many connections a pool keeps, and for how long. Times are in milliseconds, `Infinity` for no limit. */
export interface Plan {
  /** For events and messages. */
  readonly name: string
  readonly min: number
  readonly max: number
  readonly maxWaiting: number
  readonly waitMs: number
  readonly idleMs: number
  readonly lifetimeMs: number
  readonly maxUses: number
  readonly probeAfterMs: number
  readonly clock: Clock
}

/** Where a pool's connections come from and go to. */
export interface Source<Item> {
  /**
   * A new one; bounds itself.
   *
   * @param onLost to be called when it breaks, be it in use or not
   */
  open(signal: AbortSignal, onLost: (error: unknown) => void): Promise<Item>
  /** Rejects when it does not answer; bounds itself. */
  probe(item: Item): Promise<void>
  /** Lets go of it: politely, or at once when it is broken or still in use. Never rejects. */
  close(item: Item, isInUse: boolean, reason: PgCloseReason): Promise<void>
}
