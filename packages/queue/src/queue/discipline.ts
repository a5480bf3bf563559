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

  /** One starts. While some wait for less than the target there is no more work than can be done. */
  starts(waiter: Waiter, now: number): void {
    const waitedMs = now - waiter.arrivedAt
    if (this.#isCongested(waiter, now, this.#intervalMs(waiter))) return
    // What a slow tool may wait says nothing of the server, which all tools share.
    if (waitedMs < (this.#rules.targetMs ?? leastTargetMs)) this.#server.keepsUp(now)
    if (waitedMs >= this.#targetMs(waiter)) return
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
  #targetMs({ callClass }: Waiter): number {
    const { typicalMs } = callClass
    return this.#rules.targetMs ?? (typicalMs === 0 ? Infinity : Math.max(leastTargetMs, targetShare * typicalMs))
  }

  #intervalMs(waiter: Waiter): number {
    return this.#rules.intervalMs ?? intervalShare * this.#targetMs(waiter)
  }

  #isCongested({ flow }: Waiter, now: number, intervalMs: number): boolean {
    if (this.#server.isCongested(now, intervalMs)) return true
    const { tool, principal } = flow as Flow
    return tool.isCongested(now, intervalMs) || principal?.isCongested(now, intervalMs) === true
  }
}

const leastTargetMs = 20
const targetShare = 2
const intervalShare = 5
