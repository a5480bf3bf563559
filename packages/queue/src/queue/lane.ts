import { Lengths } from './lengths.ts'
import { Party } from './party.ts'
import type { Waiter } from './waiter.ts'

/** Waiters of one priority. Their parties take turns, so that who asks for much does not keep others waiting. */
export class Lane {
  readonly lengths: Lengths = new Lengths()
  readonly #parties = new Map<string, Party>()
  /** Whose turn it is; undefined when nobody could start. */
  #turn: Party | undefined

  get parties(): number {
    return this.#parties.size
  }

  /** The party of a key, made when there is none. */
  of(key: string): Party {
    let party = this.#parties.get(key)
    if (party === undefined) {
      party = new Party(key, this)
      this.#parties.set(key, party)
    }
    return party
  }

  peek(key: string): Party | undefined {
    return this.#parties.get(key)
  }

  /** The party may have something to start: it takes its turn after all others. */
  join(party: Party): void {
    party.unblock()
    if (party.following !== undefined) return
    const turn = this.#turn
    if (turn === undefined) {
      this.#turn = party.previous = party.following = party
      return
    }
    const last = turn.previous as Party
    party.previous = last
    party.following = turn
    last.following = turn.previous = party
  }

  /** Forgets a party for which nobody waits. */
  drop(party: Party): void {
    party.unblock()
    this.#leave(party)
    this.#parties.delete(party.key)
  }

  /** The waiter whose turn it is, still in place; undefined when none could start. */
  choose(isNewestFirst: (waiter: Waiter) => boolean): Waiter | undefined {
    for (let party = this.#turn; party !== undefined; party = this.#turn) {
      const waiter = party.choose(isNewestFirst)
      if (waiter !== undefined) {
        this.#turn = party.following
        return waiter
      }
      this.#leave(party)
      party.block()
    }
    return undefined
  }

  /** The waiter that was chosen cannot start yet: it is its party's turn until it can. */
  keepTurn(party: Party): void {
    this.#turn = party
  }

  #leave(party: Party): void {
    const { previous, following } = party
    if (previous === undefined || following === undefined) return
    if (following === party) this.#turn = undefined
    else {
      previous.following = following
      following.previous = previous
      if (this.#turn === party) this.#turn = following
    }
    party.previous = party.following = undefined
  }
}
