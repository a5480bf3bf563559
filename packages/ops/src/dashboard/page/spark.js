import { mark, svg } from './dom.js'

/**
 * A small course without axes, the last value to the right.
 *
 * @param {string} kind a class for its colour
 */
export const spark = (kind) => {
  const area = svg('path', { class: 'spark-area' })
  const line = svg('path', { class: 'spark-line' })
  const element = svg(
    'svg',
    { class: `spark ${kind}`, viewBox: '0 0 100 24', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    area,
    line,
  )
  return {
    element,
    /** @param {ReadonlyArray<number | undefined | null>} values @param {number} [floor] what stands at the bottom */
    show: (values, floor = 0) => {
      const path = pathOf(values, floor)
      mark(line, 'd', path)
      mark(area, 'd', path === '' ? '' : `${path}V24H${startOf(values)}Z`)
    },
  }
}

/** @param {ReadonlyArray<number | undefined | null>} values @param {number} floor */
const pathOf = (values, floor) => {
  const known = values.filter((value) => typeof value === 'number')
  if (known.length < 2) return ''
  const top = Math.max(...known, floor + 1e-9)
  let path = ''
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'number') continue
    const y = 22 - ((value - floor) / (top - floor)) * 20
    path += `${path === '' ? 'M' : 'L'}${xOf(index, values).toFixed(1)} ${y.toFixed(1)}`
  }
  return path
}

/** @param {ReadonlyArray<unknown>} values */
const startOf = (values) =>
  xOf(
    values.findIndex((value) => typeof value === 'number'),
    values,
  ).toFixed(1)

/** @param {number} index @param {ReadonlyArray<unknown>} values */
const xOf = (index, values) => (index / Math.max(1, values.length - 1)) * 100
