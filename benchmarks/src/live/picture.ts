import { overloaded, patienceMs } from './plan.ts'
import type { Second } from './summary.ts'

/** What is drawn: both runs, second by second. */
export interface Picture {
  readonly without: readonly Second[]
  readonly with: readonly Second[]
  /** Calls per second that the server can answer. */
  readonly capacity: number
}

const width = 860
const height = 560
const left = 64
const right = 24
const colours = { without: '#c0392b', with: '#1f6fb2', asked: '#8a8f98', shade: '#f3ead7' } as const

/** The picture as SVG: above what is answered in each second, below how long the slowest hundredth of that took. */
export const svgOf = ({ without, with: withLayers, capacity }: Picture): string => {
  const seconds = Math.max(without.length, withLayers.length)
  const asked = without.map((second) => second.asked)
  const answered = panel({ top: 90, bottom: 290, seconds, most: nice(Math.max(...asked)), title: 'calls per second' })
  const slow = panel({ top: 350, bottom: 510, seconds, most: patienceMs, title: 'p99 of the answers, ms' })
  const answeredOf = (run: readonly Second[]) => run.map((second) => second.answered)
  const p99Of = (run: readonly Second[]) => run.map(({ p99Ms }) => p99Ms)
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#333">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="24" font-size="16">The atlas under four times what it can answer, seconds ${overloaded.fromS} to ${overloaded.untilS}</text>`,
    ...legend(),
    ...answered.frame,
    `<path d="${answered.path(asked)}" stroke="${colours.asked}" stroke-dasharray="2 3" fill="none"/>`,
    `<path d="${answered.path(Array<number>(seconds).fill(capacity))}" stroke="#333" stroke-dasharray="7 4" fill="none"/>`,
    ...answered.lines(answeredOf(without), answeredOf(withLayers)),
    ...slow.frame,
    ...slow.lines(p99Of(without), p99Of(withLayers)),
    `<text x="${width - right}" y="${height - 14}" text-anchor="end">seconds</text>`,
    '</svg>',
  ].join('\n')}\n`
}

interface PanelOptions {
  readonly top: number
  readonly bottom: number
  readonly seconds: number
  /** The value at the top. */
  readonly most: number
  readonly title: string
}

const panel = ({ top, bottom, seconds, most, title }: PanelOptions) => {
  const x = (second: number): string => (left + (second / seconds) * (width - left - right)).toFixed(1)
  const y = (value: number): string => (bottom - (Math.min(value, most) / most) * (bottom - top)).toFixed(1)
  const path = (values: readonly number[]): string => {
    let isDrawing = false
    const steps = values.map((value, second) => {
      // Where nothing was answered there is nothing to draw.
      if (Number.isNaN(value)) {
        isDrawing = false
        return ''
      }
      const step = `${isDrawing ? 'L' : 'M'}${x(second + 0.5)} ${y(value)}`
      isDrawing = true
      return step
    })
    return steps.filter(Boolean).join(' ')
  }
  const line = (values: readonly number[], colour: string): string =>
    `<path d="${path(values)}" stroke="${colour}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" fill="none"/>`
  const shadeWidth = Number(x(overloaded.untilS)) - Number(x(overloaded.fromS))
  return {
    path,
    lines: (without: readonly number[], withLayers: readonly number[]): readonly string[] => [
      line(without, colours.without),
      line(withLayers, colours.with),
    ],
    frame: [
      `<rect x="${x(overloaded.fromS)}" y="${top}" width="${shadeWidth.toFixed(1)}" height="${bottom - top}" fill="${colours.shade}"/>`,
      ...[0, 0.5, 1].flatMap((part) => [
        `<path d="M${left} ${y(part * most)} H${width - right}" stroke="#ddd"/>`,
        `<text x="${left - 8}" y="${y(part * most)}" dy="4" text-anchor="end">${Number((part * most).toPrecision(3))}</text>`,
      ]),
      ...Array.from({ length: Math.floor(seconds / 5) + 1 }, (_, index) => index * 5).map(
        (second) => `<text x="${x(second)}" y="${bottom + 18}" text-anchor="middle">${second}</text>`,
      ),
      `<text x="${left}" y="${top - 8}">${title}</text>`,
    ],
  }
}

const legend = (): readonly string[] => {
  const entries = [
    [64, 'without the layers', colours.without, ''],
    [260, 'with them', colours.with, ''],
    [400, 'asked', colours.asked, '2 3'],
    [510, 'what it can answer', '#333', '7 4'],
  ] as const
  return entries.map(
    ([x, words, colour, dashes]) =>
      `<path d="M${x} 48 h24" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dashes}"/><text x="${x + 30}" y="52">${words}</text>`,
  )
}

/** The next round number. */
const nice = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return Math.ceil(value / power) * power
}
