import { json, sentence } from '../../listener/answer.ts'
import type { Answer } from '../../listener/answer.ts'
import type { Asked } from '../../listener/part.ts'

/** What `breaker()` gives: circuits by key, and what their owner can do with one. */
export interface BreakerSwitch {
  keys(): readonly string[]
  state(key: string): { readonly type: string } | undefined
  isolate(key: string): void
  reset(key: string): void
}

/** A circuit, and what it is to be. */
export interface Flip {
  readonly key: string
  readonly to: 'isolated' | 'closed'
}

/** Flips circuits: here, or in all processes. Undefined when nobody knows the key. */
export type Flipping = (flip: Flip) => Promise<Flipped | undefined> | Flipped | undefined

/** What has come of it. */
export interface Flipped {
  readonly state: string | undefined
  /** The places of workers that have not answered: they hear of it as soon as they listen. */
  readonly late?: readonly number[] | undefined
}

/** Isolates or closes the circuit that a request names: `?key=…&to=isolated` or `closed`. */
export const switchOf =
  (flipping: Flipping) =>
  async ({ url = '/' }: Pick<Asked, 'url'>): Promise<Answer> => {
    const { searchParams } = new URL(url, 'http://localhost')
    const key = searchParams.get('key') ?? ''
    const to = searchParams.get('to')
    if (to !== 'isolated' && to !== 'closed') return sentence(400, 'A breaker is switched to=isolated or to=closed.')
    const flipped = await flipping({ key, to })
    if (flipped === undefined) return sentence(404, 'No breaker that ops was given has this key.')
    return json({ key, ...flipped })
  }

/** Which of the breakers know a key, by their places in the list. */
export const ownersOf = (breakers: readonly BreakerSwitch[], key: string): readonly number[] =>
  [...breakers.keys()].filter((index) => breakers[index]?.keys().includes(key))

/** Flips a circuit of these breakers, whether they know its key yet or not. @returns the state that it has then */
export const flip = (
  breakers: readonly BreakerSwitch[],
  { key, to }: Flip,
  owners: readonly number[],
): string | undefined => {
  for (const index of owners) {
    if (to === 'isolated') breakers[index]?.isolate(key)
    else breakers[index]?.reset(key)
  }
  return breakers[owners[0] ?? 0]?.state(key)?.type
}

/** Flips the circuits of this process. */
export const ownSwitch =
  (breakers: readonly BreakerSwitch[]): Flipping =>
  (asked) => {
    const owners = ownersOf(breakers, asked.key)
    return owners.length === 0 ? undefined : { state: flip(breakers, asked, owners) }
  }
