import type { Gate } from './gate.ts'
import type { Flow } from './flow.ts'
import type { Waiter } from './waiter.ts'

/** What the discipline goes by. */
export interface DisciplineRules {
  readonly discipline: 'adaptive' | 'fifo' | 'lifo'
  readonly targetMs: number | undefined
  readonly intervalMs: number | undefined
  readonly maxWaitMs: number
}

/**
 * Who goes first and how long anybody waits. Adaptive: first come, first served, and nobody waits for longer than the
 * interval; when calls have waited without a break for that long, there is more work than can be done, and then the
 * newest goes first and nobody waits for longer than the target. (Controlled delay and adaptive LIFO as in Maurer,
 * "Fail at Scale", ACM Queue 13/8, 2015.)
 */
export class Discipline {
  /** Whether nothing is started at all. */
  isPaused = false
  readonly #rules: DisciplineRules
  #resumedAt = -Infinity
  readonly #server: Gate

  constructor(rules: DisciplineRules, server: Gate) {
    this.#rules = rules
    this.#server = server
  }

  isNewestFirst(waiter: Waiter, now: number): boolean {
    const { discipline } = this.#rules
    return discipline === 'adaptive' ? this.#isCongested(waiter, now, this.#intervalMs(waiter)) : discipline === 'lifo'
  }

  /** When it stops waiting, in clock milliseconds. */
  expiresAt(waiter: Waiter, now: number): number {
    return Math.min(waiter.latestStart, this.#losesPatienceAt(waiter, now))
  }

  /**
   * One starts. While nobody waits for longer than the target there is no more work than can be done.
   *
   * @param oldest who has waited for the server's room for longest
   * @param isProbing whether there is less room than usual, for a moment: whoever waits for that is not too much work
   */
  starts(waiter: Waiter, oldest: Waiter, now: number, isProbing: boolean): void {
    if (this.#isCongested(waiter, now, this.#intervalMs(waiter))) return
    // What a slow tool may wait says nothing of the server, which all tools share.
    const isShort = now - oldest.arrivedAt < (this.#rules.targetMs ?? leastTargetMs)
    if (isShort || isProbing) this.#server.keepsUp(now)
    if (now - waiter.arrivedAt >= this.#targetMs(waiter)) return
    const { tool, principal } = waiter.flow as Flow
    tool.keepsUp(now)
    principal?.keepsUp(now)
  }

  /** What was waited for until now does not count. */
  resume(now: number): void {
    this.isPaused = false
    this.#resumedAt = now
  }

  #losesPatienceAt(waiter: Waiter, now: number): number {
    const { arrivedAt } = waiter
    const longest = arrivedAt + this.#rules.maxWaitMs
    if (this.#rules.discipline !== 'adaptive' || this.isPaused) return longest
    return Math.min(longest, Math.max(arrivedAt, this.#resumedAt) + this.#patienceMs(waiter, now))
  }

  #patienceMs(waiter: Waiter, now: number): number {
    const intervalMs = this.#intervalMs(waiter)
    return this.#isCongested(waiter, now, intervalMs) ? this.#targetMs(waiter) : intervalMs
  }

  // What waits beside calls of 2 s must be allowed more than what waits beside calls of 10 ms. Nobody is refused for
  // waiting for calls of which nothing is known yet.
  #targetMs(waiter: Waiter): number {
    const { typicalMs } = waiter.callClass
    if (this.#rules.targetMs !== undefined) return this.#rules.targetMs
    return typicalMs === 0 ? Infinity : Math.min(Math.max(leastTargetMs, targetShare * typicalMs), mostMs(waiter))
  }

  #intervalMs(waiter: Waiter): number {
    if (this.#rules.intervalMs !== undefined) return this.#rules.intervalMs
    const intervalMs = intervalShare * this.#targetMs(waiter)
    const isGiven = this.#rules.targetMs !== undefined || intervalMs === Infinity
    return isGiven ? intervalMs : Math.min(intervalMs, mostMs(waiter))
  }

  #isCongested({ flow }: Waiter, now: number, intervalMs: number): boolean {
    if (this.#server.isCongested(now, intervalMs)) return true
    const { tool, principal } = flow as Flow
    return tool.isCongested(now, intervalMs) || principal?.isCongested(now, intervalMs) === true
  }
}

// Whoever has little time wants to know early that it will not do.
const mostMs = ({ latestStart, arrivedAt }: Waiter): number =>
  Math.max(intervalShare * leastTargetMs, (latestStart - arrivedAt) * waitingShare)

const leastTargetMs = 20
const targetShare = 2
const intervalShare = 5
const waitingShare = 0.25
