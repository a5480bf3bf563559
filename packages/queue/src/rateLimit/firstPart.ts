/**
 * For how long to set a timer for somebody's turn, in milliseconds. A timer may come an eighth of its delay late. Late
 * calls would make less than the rate of a burst of 1, or come together, so it is set for the most of the time first, and
 * then for what is left.
 */
export const firstPart = (waitMs: number): number => (waitMs > exactMs ? waitMs * mostly : waitMs)

const exactMs = 8
const mostly = 7 / 8
