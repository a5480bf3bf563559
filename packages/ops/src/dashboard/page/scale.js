/**
 * Where values stand between 0 and 1, and which of them are written beside the axis.
 *
 * @typedef {{ place: (value: number) => number, ticks: readonly number[] }} Scale
 */

/** From 0 to a round number. @param {number} top @param {boolean} isBinary whether powers of two are round @returns {Scale} */
export const linear = (top, isBinary = false) => {
  const step = isBinary ? 2 ** Math.ceil(Math.log2(Math.max(1, top / 4))) : roundStep(top / 3)
  const end = step * Math.max(1, Math.ceil(top / step - 1e-9))
  const ticks = []
  for (let tick = 0; tick <= end + step / 2; tick += step) ticks.push(tick)
  return { place: (value) => value / end, ticks }
}

/** Powers of ten, for what spans many of them. @param {number} bottom @param {number} top @returns {Scale} */
export const logarithmic = (bottom, top) => {
  const low = Math.floor(Math.log10(Math.max(1e-3, bottom)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1e-3, top)) - 1e-9))
  const ticks = []
  for (let power = low; power <= high; power += 1) ticks.push(10 ** power)
  return {
    place: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low),
    ticks: ticks.length > 5 ? ticks.filter((_tick, index) => index % 2 === 0) : ticks,
  }
}

/** 1, 2 or 5 times a power of ten, at least so much. @param {number} least */
const roundStep = (least) => {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  for (const factor of [1, 2, 5]) if (factor * power >= least * 0.999) return factor * power
  return 10 * power
}
