import type { Party } from './party.ts'

/** Slots of the server, of one tool or of one principal. */
export class Gate {
  readonly name: string
  limit: number
  inUse = 0
  /** How many the next call takes: 1, but while one that weighs more has its turn and waits for them. */
  needed = 1
  /** How many wait and will need it. */
  waiting = 0
  /** Since when calls have waited for it without a break, in clock milliseconds; Infinity while none does. */
  fullSince: number = Infinity
  /** Who waits for it, though the server has room. */
  readonly blocked: Set<Party> = new Set()

  constructor(name: string, limit: number) {
    this.name = name
    this.limit = limit
  }

  get hasRoom(): boolean {
    return this.inUse + this.needed <= this.limit
  }

  /** Whether a call of that weight may have its slots now; one that weighs more than the limit when nobody else has any. */
  fits(weight: number): boolean {
    if (weight === 1) return this.hasRoom
    return this.inUse + Math.max(this.needed, Math.min(weight, this.limit)) <= this.limit
  }

  /** Another call waits. */
  wantedAt(now: number): void {
    this.waiting += 1
    if (!this.hasRoom && this.fullSince === Infinity) this.fullSince = now
  }

  /** One of those who wait does so no longer. */
  givenUp(): void {
    this.waiting -= 1
    if (this.waiting === 0) this.fullSince = Infinity
  }

  /** Somebody has left it. */
  eased(): void {
    if (this.hasRoom) this.fullSince = Infinity
  }

  /** Calls wait for it, but not for long. */
  keepsUp(now: number): void {
    if (this.fullSince < Infinity) this.fullSince = now
  }

  /** Whether there has been more work than it can take for at least `intervalMs`. */
  isCongested(now: number, intervalMs: number): boolean {
    return now - this.fullSince >= intervalMs
  }
}
