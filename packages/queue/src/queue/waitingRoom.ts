import { Lane } from './lane.ts'
import type { Discipline } from './discipline.ts'
import type { Gate } from './gate.ts'
import type { Party } from './party.ts'
import type { Rank } from '../priority.ts'
import type { Waiter } from './waiter.ts'

/** Where calls wait: by priority, then in turns by who asks, then as the discipline says. */
export class WaitingRoom {
  size = 0
  readonly #lanes: readonly [Lane, Lane, Lane, Lane] = [new Lane(), new Lane(), new Lane(), new Lane()]
  readonly #sizes: [number, number, number, number] = [0, 0, 0, 0]
  readonly #discipline: Discipline
  #oldest: Waiter | undefined
  #newest: Waiter | undefined

  constructor(discipline: Discipline) {
    this.#discipline = discipline
  }

  /** The waiter that has been here for longest; undefined when nobody waits. */
  get oldest(): Waiter | undefined {
    return this.#oldest
  }

  /** The one of those that has who waits for the server's room and for nothing else. */
  get oldestReady(): Waiter | undefined {
    let waiter = this.#oldest
    while (waiter?.flow?.blockedBy !== undefined) waiter = waiter.after
    return waiter
  }

  /** How many of a priority wait. */
  sizeOf(rank: Rank): number {
    return this.#sizes[rank]
  }

  add(waiter: Waiter, key: string, tool: Gate, principal: Gate | undefined): void {
    const lane = this.#lanes[waiter.rank]
    const party = lane.of(key)
    waiter.party = party
    party.add(waiter, tool, principal)
    lane.join(party)
    waiter.before = this.#newest
    if (this.#newest === undefined) this.#oldest = waiter
    else this.#newest.after = waiter
    this.#newest = waiter
    this.size += 1
    this.#sizes[waiter.rank] += 1
  }

  remove(waiter: Waiter): void {
    const party = waiter.party as Party
    party.remove(waiter)
    if (party.size === 0) party.lane.drop(party)
    const { before, after } = waiter
    if (before === undefined) this.#oldest = after
    else before.after = after
    if (after === undefined) this.#newest = before
    else after.before = before
    waiter.before = waiter.after = waiter.party = undefined
    this.size -= 1
    this.#sizes[waiter.rank] -= 1
  }

  /** The waiter that goes next when the server has room, still in place; undefined when none can start. */
  choose(now: number): Waiter | undefined {
    if (this.size === 0) return undefined
    const isNewestFirst = this.#orderAt(now)
    for (const lane of this.#lanes) {
      const waiter = lane.choose(isNewestFirst)
      if (waiter !== undefined) return waiter
    }
    return undefined
  }

  /** It is the waiter's turn, but there is not enough room for it yet: nobody else may have what there is. */
  hold({ weight, party }: Waiter, server: Gate): void {
    party?.lane.keepTurn(party)
    server.needed = weight
  }

  /** The waiter whose place a new call of this priority and key may take when there is no other; undefined for none. */
  givesWay(rank: Rank, key: string, now: number): Waiter | undefined {
    const isNewestFirst = this.#orderAt(now)
    for (let lower = 3; lower > rank; lower -= 1) {
      const party = this.#lanes[lower as Rank].lengths.longest
      if (party !== undefined) return party.leastHopeful(isNewestFirst)
    }
    return this.#equalGivesWay(rank, key, isNewestFirst)
  }

  /** Everybody who waits, in the order of arrival, while nobody is added. */
  *all(): IterableIterator<Waiter> {
    for (let at = this.#oldest; at !== undefined;) {
      const { after }: Waiter = at
      yield at
      at = after
    }
  }

  /** Somebody has left the gate: who was kept by it takes turns again. */
  unblock(gate: Gate): void {
    if (gate.blocked.size > 0 && gate.hasRoom) for (const party of gate.blocked) party.lane.join(party)
  }

  // Who has more waiting than others makes room for those who have less. Otherwise the newest stays out, unless the
  // newest is who goes first.
  #equalGivesWay(rank: Rank, key: string, isNewestFirst: (waiter: Waiter) => boolean): Waiter | undefined {
    const lane = this.#lanes[rank]
    const own = lane.peek(key)
    const ownSize = own?.size ?? 0
    if (ownSize * lane.parties < this.#sizes[rank]) {
      const longest = lane.lengths.longest
      if (longest !== undefined && longest.size > ownSize + 1) return longest.leastHopeful(isNewestFirst)
    }
    const hopeless = own?.leastHopeful(isNewestFirst)
    return hopeless !== undefined && isNewestFirst(hopeless) ? hopeless : undefined
  }

  #orderAt(now: number): (waiter: Waiter) => boolean {
    return (waiter) => this.#discipline.isNewestFirst(waiter, now)
  }
}
