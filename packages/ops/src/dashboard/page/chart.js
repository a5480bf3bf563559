import { el, mark, svg, write } from './dom.js'
import { clock } from './format.js'
import { linear, logarithmic } from './scale.js'

/**
 * @typedef {import('../view/snapshot.ts').Point} Point
 * @typedef {{ name: string, kind: string, of: (point: Point) => number | undefined | null }} Series
 * @typedef {{ at: number, from: number } | undefined} Level
 * @typedef {object} Plan
 * @property {string} title
 * @property {string} [unit]
 * @property {readonly Series[]} series
 * @property {(value: number | undefined | null) => string} format
 * @property {boolean} [isStacked]
 * @property {boolean} [isLogarithmic]
 * @property {boolean} [isBinary] whether powers of two are round numbers
 * @property {number} [top] what the axis reaches at least
 */

const left = 52
const bottom = 20
const topSpace = 8

/** A chart over time; where the reader points or steps, its legend says the values there. */
export class Chart {
  element
  /** @type {(at: number | undefined) => void} */
  onPoint = () => {}
  #plan
  #plot = svg('svg', { class: 'plot', role: 'img' })
  #values
  #keys
  #time = el('span', { class: 'time muted' })
  /** @type {readonly Point[]} */
  #points = []
  /** @type {number | undefined} */
  #target
  /** @type {number | undefined} */
  #at
  #width = 0
  #height = 0
  #start = 0
  #end = 1

  /** @param {Plan} plan */
  constructor(plan) {
    this.#plan = plan
    this.#values = plan.series.map(() => el('b'))
    this.#keys = this.#values.map((value, index) => {
      const { name = '', kind = '' } = plan.series[index] ?? {}
      return el('span', { class: `key ${kind}` }, el('i'), `${name} `, value)
    })
    const title = el('h2', {}, plan.title)
    if (plan.unit !== undefined) title.append(' ', el('small', {}, plan.unit))
    const head = el('div', { class: 'panel-head' }, title, el('span', { class: 'spring' }), this.#time)
    this.element = el('figure', {
      class: 'panel chart',
      tabindex: '0',
      'aria-label': `${plan.title}; arrow keys step through time`,
    })
    this.element.append(head, el('div', { class: 'legend' }, ...this.#keys), this.#plot)
    this.#listen()
  }

  /** @param {readonly Point[]} points @param {number  } [target] a line that should not be crossed */
  show(points, target) {
    this.#points = points
    this.#target = target
    this.#draw()
  }

  /** Says the values of a moment, or of now. @param {number | undefined} at */
  point(at) {
    this.#at = at
    this.#mark()
  }

  #listen() {
    new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      this.#width = entry.contentRect.width
      this.#height = entry.contentRect.height
      this.#draw()
    }).observe(this.#plot)
    this.#plot.addEventListener('pointermove', ({ offsetX }) => {
      const part = (offsetX - left) / Math.max(1, this.#width - left)
      this.onPoint(this.#start + part * (this.#end - this.#start))
    })
    this.#plot.addEventListener('pointerleave', () => this.onPoint(undefined))
    this.element.addEventListener('blur', () => this.onPoint(undefined))
    this.element.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      if (by === undefined) return
      event.preventDefault()
      const index = this.#index() + by
      const point = this.#points[index]
      this.onPoint(index >= this.#points.length - 1 ? undefined : point?.at)
    })
  }

  #index() {
    const at = this.#at
    if (at === undefined) return this.#points.length - 1
    let nearest = 0
    for (const [index, point] of this.#points.entries()) {
      if (Math.abs(point.at - at) < Math.abs((this.#points[nearest]?.at ?? 0) - at)) nearest = index
    }
    return nearest
  }

  /** @param {Point} point @returns {Level[]} where each line stands, one on top of the other if so */
  #levels(point) {
    let below = 0
    return this.#plan.series.map(({ of }) => {
      const value = of(point) ?? undefined
      if (this.#plan.isStacked !== true || value === undefined)
        return value === undefined ? undefined : { at: value, from: 0 }
      const from = below
      below += value
      return { at: below, from }
    })
  }

  #scale() {
    const { isLogarithmic = false, isBinary = false, top = 0 } = this.#plan
    const levels = this.#points.flatMap((point) => this.#levels(point)).flatMap((level) => level?.at ?? [])
    if (this.#target !== undefined) levels.push(this.#target)
    const highest = Math.max(top, ...levels)
    if (!isLogarithmic) return linear(highest, isBinary)
    return logarithmic(Math.min(1, ...levels.filter((value) => value > 0)), Math.max(10, highest))
  }

  #draw() {
    const last = this.#points.at(-1)
    if (this.#width === 0 || last === undefined) return
    this.#end = last.at
    this.#start = Math.min(this.#points[0]?.at ?? 0, last.at - 60_000)
    const scale = this.#scale()
    const height = this.#height - bottom - topSpace
    const y = (/** @type {number} */ value) => topSpace + height * (1 - Math.min(1, scale.place(value)))
    /** @type {SVGElement[]} */
    const parts = [...this.#grid(scale.ticks, y), ...this.#times()]
    const levels = this.#points.map((point) => this.#levels(point))
    for (const [index, { of }] of this.#plan.series.entries()) {
      const key = this.#keys[index]
      // Of the parts of a whole, those that were never there are nothing to read.
      if (key !== undefined && index > 0)
        key.hidden = this.#plan.isStacked === true && !this.#points.some((point) => of(point))
    }
    for (const [index, { kind }] of [...this.#plan.series.entries()].reverse()) {
      parts.push(
        ...this.#line(
          levels.map((one) => one[index]),
          kind,
          y,
        ),
      )
    }
    if (this.#target !== undefined) {
      const at = y(this.#target)
      parts.push(svg('line', { class: 'target', x1: left, x2: this.#width, y1: at, y2: at }))
    }
    parts.push(svg('line', { class: 'cross', y1: topSpace, y2: topSpace + height }))
    mark(this.#plot, 'viewBox', `0 0 ${this.#width} ${this.#height}`)
    this.#plot.replaceChildren(...parts)
    this.#mark()
  }

  /** @param {readonly number[]} ticks @param {(value: number) => number} y */
  #grid(ticks, y) {
    return ticks.flatMap((tick) => [
      svg('line', { class: 'grid', x1: left, x2: this.#width, y1: y(tick), y2: y(tick) }),
      svg('text', { class: 'tick', x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, this.#plan.format(tick)),
    ])
  }

  #times() {
    const span = this.#end - this.#start
    const y = this.#height - 5
    return (this.#width > 420 ? [0, 0.25, 0.5, 0.75] : [0, 0.5])
      .map((part) => {
        const text = clock(this.#start + part * span)
        const x = left + part * (this.#width - left)
        return svg('text', { class: 'tick', x, y, 'text-anchor': part === 0 ? 'start' : 'middle' }, text)
      })
      .concat(svg('text', { class: 'tick', x: this.#width - 2, y, 'text-anchor': 'end' }, 'now'))
  }

  /** @param {readonly Level[]} levels @param {string} kind @param {(value: number) => number} y */
  #line(levels, kind, y) {
    const { isStacked = false } = this.#plan
    // A part of a whole that was never there would only hide the one below.
    if (isStacked && levels.every((level) => level === undefined || level.at === level.from)) return []
    return this.#runs(levels).flatMap((run) => {
      const along = (/** @type {'at' | 'from'} */ edge) =>
        run.map(([x, level]) => `${x.toFixed(1)} ${y(level[edge]).toFixed(1)}`)
      const path = `M${along('at').join('L')}`
      // One point alone is a line without length, which a round end makes visible.
      const line = svg('path', { class: `line ${kind}`, d: run.length === 1 ? `${path}h0.01` : path })
      return isStacked
        ? [svg('path', { class: `area ${kind}`, d: `${path}L${along('from').reverse().join('L')}Z` }), line]
        : [line]
    })
  }

  /** What hangs together: nothing is drawn where nothing is known. @param {readonly Level[]} levels */
  #runs(levels) {
    /** @type {Array<Array<[number, NonNullable<Level>]>>} */
    const runs = []
    /** @type {Array<[number, NonNullable<Level>]> | undefined} */
    let run
    for (const [index, level] of levels.entries()) {
      const point = this.#points[index]
      if (level === undefined || point === undefined) {
        run = undefined
        continue
      }
      if (run === undefined) runs.push((run = []))
      run.push([this.#x(point.at), level])
    }
    return runs
  }

  /** @param {number} at */
  #x(at) {
    return left + ((at - this.#start) / (this.#end - this.#start)) * (this.#width - left - 2)
  }

  #mark() {
    const point = this.#points[this.#index()]
    if (point === undefined) return
    for (const [index, { of }] of this.#plan.series.entries()) {
      const value = this.#values[index]
      if (value !== undefined) write(value, this.#plan.format(of(point)))
    }
    write(this.#time, this.#at === undefined ? '' : clock(point.at))
    const cross = this.#plot.querySelector('.cross')
    if (cross === null) return
    const x = this.#x(point.at).toFixed(1)
    mark(cross, 'x1', x)
    mark(cross, 'x2', x)
    cross.classList.toggle('is-shown', this.#at !== undefined)
  }
}
