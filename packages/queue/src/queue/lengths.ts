import type { Party } from './party.ts'

/** Parties by how many of each wait: whose are the most is known at any moment, however many parties there are. */
export class Lengths {
  /** A party of each size, from which its `equalAfter` lead to all others. */
  readonly #first: Array<Party | undefined> = [undefined]

  /** The party with the most waiters, of several the one that has had them for the shortest time; undefined for none. */
  get longest(): Party | undefined {
    return this.#first.at(-1)
  }

  grows(party: Party): void {
    if (party.size > 0) this.#takeOut(party)
    party.size += 1
    if (party.size === this.#first.length) this.#first.push(undefined)
    this.#put(party)
  }

  shrinks(party: Party): void {
    this.#takeOut(party)
    party.size -= 1
    if (party.size > 0) this.#put(party)
    // Of the next size there is at least the one that has just become so.
    const first = this.#first
    if (first.length > 1 && first[first.length - 1] === undefined) first.pop()
  }

  #put(party: Party): void {
    const next = this.#first[party.size]
    party.equalAfter = next
    if (next !== undefined) next.equalBefore = party
    this.#first[party.size] = party
  }

  #takeOut(party: Party): void {
    const { equalBefore, equalAfter } = party
    if (equalBefore === undefined) this.#first[party.size] = equalAfter
    else equalBefore.equalAfter = equalAfter
    if (equalAfter !== undefined) equalAfter.equalBefore = equalBefore
    party.equalBefore = party.equalAfter = undefined
  }
}
