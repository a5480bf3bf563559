import { earliest, left, spend } from './gcra.ts'
import type { DueTimes, Pace } from './gcra.ts'
import { Line } from './line.ts'
import type { Waiter } from './line.ts'

/** What a key has used up, and the calls of it that wait. All times are those of the limit. */
export class Account {
  /** Set whenever it is asked for again; cleared when it is passed over for that. */
  wasUsed = false
  readonly #due: DueTimes
  /** Made when a call waits for the first time. */
  #line: Line | undefined

  constructor(paces: number) {
    this.#due = Array.from({ length: paces }, () => -Infinity)
  }

  /** Whether calls wait. */
  get isWaitedFor(): boolean {
    return this.#line?.isEmpty === false
  }

  /** Whether it is as good as new. */
  isIdle(now: number): boolean {
    return !this.isWaitedFor && this.#due.every((due) => due <= now)
  }

  /** When a call that comes now could go on: `now`, later, or Infinity for never. Nobody overtakes those who wait. */
  startOf(now: number, cost: number, paces: readonly Pace[]): number {
    // What counts for nothing takes nothing from anybody.
    if (this.#line === undefined || this.#line.isEmpty || cost === 0) return earliest(this.#due, now, cost, paces)
    return this.#line.startOf(now, cost, paces)
  }

  take(now: number, cost: number, paces: readonly Pace[]): void {
    spend(this.#due, now, cost, paces)
  }

  /** Takes over what others have counted as well. @param due for each pace, in the time of the limit */
  adopt(due: readonly number[]): void {
    for (const [index, at] of due.entries()) this.#due[index] = at
  }

  /** Has a call wait behind all who do. */
  wait(waiter: Waiter): void {
    this.#line ??= new Line(this.#due)
    this.#line.add(waiter)
  }

  /** A call that waits has lost its caller: those behind it move up. */
  leave(waiter: Waiter): void {
    this.#line!.remove(waiter)
  }

  /** How many calls may come at once. */
  left(now: number, paces: readonly Pace[]): number {
    return this.isWaitedFor ? 0 : left(this.#due, now, paces)
  }

  /** Forgets what was counted, while calls wait: those who wait go on as far as that allows. */
  clear(): void {
    this.#due.fill(-Infinity)
    this.#line!.move()
  }
}
