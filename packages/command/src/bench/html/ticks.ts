/** Round numbers from 0 to at least `most`, four to eight of them. */
export const ticks = (most: number): number[] => {
  if (!(most > 0)) return [0, 1]
  const rough = most / 5
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((one) => one >= rough) ?? rough
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}
