import { kindOf } from './kind.ts'
import type { Maybe } from './store.ts'

/** How short of memory a process is. `critical` is next to being killed. */
export type MemoryLevel = 'normal' | 'elevated' | 'high' | 'critical'

/** Something that can live with less memory: a cache, a pool of connections. */
export interface Shrinkable {
  /**
   * From now on it holds at most this part of what it may hold, and lets go of the rest. What is in use is not taken
   * from anybody. Each call takes the place of the one before.
   *
   * @param share from 0, nothing that it could do without, to 1, as much as its options say
   * @throws TypeError for another share
   */
  shrinkTo(share: number): Maybe<void>
}

/** @throws TypeError when it is no share, such as `cached.shrinkTo takes a number from 0 to 1, got 2` */
export const checkShare = (what: string, share: unknown): void => {
  if (typeof share === 'number' && share >= 0 && share <= 1) return
  const got = typeof share === 'number' ? share : kindOf(share)
  throw new TypeError(`${what}.shrinkTo takes a number from 0 to 1, got ${got}`)
}
