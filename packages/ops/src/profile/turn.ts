import { sentence } from '../listener/answer.ts'
import type { Answer } from '../listener/answer.ts'

/** What may be done by one at a time, as it slows down everything else. */
export class Turn {
  #doing: string | undefined

  /**
   * @param what it is, as in "A … is being made"
   * @returns what gives the turn back, once; or an answer that says who has it
   */
  take(what: string): (() => void) | Answer {
    if (this.#doing !== undefined) {
      return sentence(409, `A ${this.#doing} is being made; ask again when it is done.`, { 'retry-after': '10' })
    }
    this.#doing = what
    let isGiven = false
    return () => {
      if (!isGiven) this.#doing = undefined
      isGiven = true
    }
  }
}
