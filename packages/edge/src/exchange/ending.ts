import { jsonOf } from '@millrace/core'

/**
 * The end of many answers: JSON that is made once and written as bytes, so that a large list costs no more than the
 * kernel's copy of it.
 */
export class Ending {
  readonly text: string
  #bytes: Buffer | undefined

  constructor(text: string) {
    this.text = text
  }

  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.text))
  }
}

/**
 * The JSON of a large tree that many callers get, and what closes the answer after it. Undefined for a small one, which
 * is faster copied than written by itself, and for a tree that may be another the next time.
 *
 * @param isPart whether it is the last member of a result, not the result itself
 */
export const endingOf = (tree: object, isPart: boolean): Ending | undefined => {
  const json = jsonOf(tree)
  if (json === undefined || json.length < leastLength) return undefined
  const endings = isPart ? parts : wholes
  const known = endings.get(tree)
  if (known !== undefined) return known
  const ending = new Ending(isPart ? `${json}}}` : `${json}}`)
  endings.set(tree, ending)
  return ending
}

const leastLength = 4096
const wholes = new WeakMap<object, Ending>()
const parts = new WeakMap<object, Ending>()
