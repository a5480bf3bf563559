import { Flow } from './flow.ts'
import type { Gate } from './gate.ts'
import type { Lane } from './lane.ts'
import type { Waiter } from './waiter.ts'

/** Who waits on behalf of one principal with one priority. Parties take turns. */
export class Party {
  readonly key: string
  readonly lane: Lane
  size = 0
  /** Its neighbours among the parties that take turns; undefined while none of its waiters could start. */
  previous: Party | undefined
  following: Party | undefined
  /** Its neighbours among the parties with as many waiters. */
  equalBefore: Party | undefined
  equalAfter: Party | undefined
  readonly #flows: Flow[] = []
  /** The gates that have it among their blocked. */
  readonly #blockedAt: Gate[] = []

  constructor(key: string, lane: Lane) {
    this.key = key
    this.lane = lane
  }

  add(waiter: Waiter, tool: Gate, principal: Gate | undefined): void {
    this.lane.lengths.grows(this)
    for (const flow of this.#flows) if (flow.tool === tool && flow.principal === principal) return flow.add(waiter)
    const flow = new Flow(tool, principal)
    this.#flows.push(flow)
    flow.add(waiter)
  }

  remove(waiter: Waiter): void {
    const flow = waiter.flow as Flow
    this.lane.lengths.shrinks(this)
    flow.remove(waiter)
    if (flow.oldest === undefined) this.#flows.splice(this.#flows.indexOf(flow), 1)
  }

  /** The waiter whose turn it is; undefined when all of them wait for more than the server's room. */
  choose(isNewestFirst: (waiter: Waiter) => boolean): Waiter | undefined {
    if (this.#flows.length === 1) return this.#only(isNewestFirst)
    const byNewest = isNewestFirst(this.#newest())
    let chosen: Waiter | undefined
    for (const flow of this.#flows) {
      if (flow.blockedBy !== undefined) continue
      const waiter = byNewest ? flow.newest : flow.oldest
      if (chosen === undefined || isBefore(waiter as Waiter, chosen, byNewest)) chosen = waiter
    }
    return chosen
  }

  /** The waiter that goes when somebody must. */
  leastHopeful(isNewestFirst: (waiter: Waiter) => boolean): Waiter {
    const newest = this.#newest()
    return isNewestFirst(newest) ? this.#oldest() : newest
  }

  /** None of its waiters can start before one of these gates has room. */
  block(): void {
    for (const { blockedBy } of this.#flows) {
      if (blockedBy === undefined || blockedBy.blocked.has(this)) continue
      blockedBy.blocked.add(this)
      this.#blockedAt.push(blockedBy)
    }
  }

  unblock(): void {
    if (this.#blockedAt.length === 0) return
    for (const gate of this.#blockedAt) gate.blocked.delete(this)
    this.#blockedAt.length = 0
  }

  #only(isNewestFirst: (waiter: Waiter) => boolean): Waiter | undefined {
    const [flow] = this.#flows as [Flow]
    if (flow.blockedBy !== undefined) return undefined
    return isNewestFirst(flow.newest as Waiter) ? flow.newest : flow.oldest
  }

  // Who goes first is the same for all flows, whatever each of them may wait: the newest waiter says it.
  #newest(): Waiter {
    return this.#flows
      .map(({ newest }) => newest as Waiter)
      .reduce((one, other) => (isBefore(other, one, true) ? other : one))
  }

  #oldest(): Waiter {
    return this.#flows
      .map(({ oldest }) => oldest as Waiter)
      .reduce((one, other) => (isBefore(other, one, false) ? other : one))
  }
}

const isBefore = (one: Waiter, other: Waiter, isNewestFirst: boolean): boolean =>
  isNewestFirst ? one.order > other.order : one.order < other.order
