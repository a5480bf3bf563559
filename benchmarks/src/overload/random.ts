/** Numbers in [0, 1) that look random and are the same for the same seed. */
export type Random = () => number

/** @param stream of what they are used for: streams of one seed do not depend on how much of each other was used. */
export const random = (seed: number, stream: string): Random => {
  let state = seed >>> 0
  for (const char of stream) state = Math.imul(state ^ char.charCodeAt(0), 0x5bd1e995) >>> 0
  // mulberry32, Tommy Ettinger, public domain.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How long something takes, in milliseconds. */
export type Duration = (random: Random) => number

export const constant =
  (ms: number): Duration =>
  () =>
    ms

export const exponential =
  (meanMs: number): Duration =>
  (random) =>
    -meanMs * Math.log(1 - random())

/** @param sigma standard deviation of the logarithm. */
export const lognormal =
  (meanMs: number, sigma: number): Duration =>
  (random) =>
    meanMs * Math.exp(sigma * normal(random) - (sigma * sigma) / 2)

/** One of two, the second one in that share of cases. */
export const either =
  (usual: Duration, other: Duration, otherShare: number): Duration =>
  (random) =>
    random() < otherShare ? other(random) : usual(random)

/** Box and Muller, 1958. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
