import { escape } from './escape.ts'
import { ticks } from './ticks.ts'

/** A picture of lines over one axis. */
export interface Plot {
  readonly title: string
  /** What is on the y axis: `ms`, `calls a second`. */
  readonly unit: string
  readonly lines: ReadonlyArray<{
    readonly name: string
    readonly points: ReadonlyArray<readonly [x: number, y: number]>
  }>
  /** Where the x axis has marks, and what they say. */
  readonly marks: ReadonlyArray<readonly [x: number, label: string]>
}

/** A plot as SVG, with no style and no script in it. */
export const plot = ({ title, unit, lines, marks }: Plot): string => {
  const points = lines.flatMap((line) => line.points)
  const xs = [...points.map(([x]) => x), ...marks.map(([x]) => x)]
  const left = xs.reduce((least, x) => Math.min(least, x), 0)
  const right = xs.reduce((most, x) => Math.max(most, x), left + 1e-9)
  const heights = ticks(points.reduce((most, [, y]) => Math.max(most, y), 0))
  const top = heights.at(-1)!
  const atX = (x: number) => (edge.left + ((x - left) / (right - left)) * (width - edge.left - edge.right)).toFixed(1)
  const atY = (y: number) => (height - edge.bottom - (y / top) * (height - edge.top - edge.bottom)).toFixed(1)
  const grid = heights.map(
    (y) =>
      `<line class="grid" x1="${edge.left}" x2="${width - edge.right}" y1="${atY(y)}" y2="${atY(y)}"/>` +
      `<text class="end" x="${edge.left - 6}" y="${Number(atY(y)) + 4}">${y.toLocaleString('en-US')}</text>`,
  )
  const axis = marks.map(
    ([x, label]) => `<text class="middle" x="${atX(x)}" y="${height - edge.bottom + 18}">${escape(label)}</text>`,
  )
  const drawn = lines.map(
    ({ points }, index) =>
      `<polyline class="line${index}" points="${points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(' ')}"/>`,
  )
  const names = lines.map(
    ({ name }, index) =>
      `<text class="name${index} end" x="${width - edge.right}" y="${edge.top - 10}" dx="${-(lines.length - 1 - index) * 80}">${escape(name)}</text>`,
  )
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<text class="title" x="${edge.left}" y="18">${escape(title)}</text>`,
    `<text x="${edge.left}" y="${edge.top - 10}">${escape(unit)}</text>`,
    ...grid,
    ...axis,
    ...drawn,
    ...names,
    '</svg>',
  ].join('\n')
}

const width = 720
const height = 300
const edge = { left: 64, right: 16, top: 48, bottom: 32 }
