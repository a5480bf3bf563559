import { byId, el, mark, write } from './dom.js'
import { count, ms, percent, rate, seconds } from './format.js'
import { spark } from './spark.js'

/**
 * @typedef {import('../view/snapshot.ts').Point} Point
 * @typedef {import('../view/snapshot.ts').Snapshot} Snapshot
 * @typedef {import('../view/figures.ts').Figures} Figures
 * @typedef {object} Plan
 * @property {string} title
 * @property {string} kind
 * @property {(snapshot: Snapshot) => string} value
 * @property {(snapshot: Snapshot) => string} [note]
 * @property {(figures: Figures) => number | undefined} [compared]
 * @property {1 | -1 | 0} better whether more is better, less, or neither
 * @property {boolean} [isRatio] whether it is compared in points rather than as a part of itself
 * @property {(point: Point) => number | undefined | null} course
 * @property {(snapshot: Snapshot) => boolean} [isBreached]
 */

/** @type {readonly Plan[]} */
const plans = [
  {
    title: 'Calls',
    kind: 'ok',
    value: ({ now }) => `${rate(now.rate)} /s`,
    note: ({ now }) => `${count(now.calls)} in the last minute`,
    compared: ({ rate }) => rate,
    better: 0,
    course: ({ rates }) => Object.values(rates).reduce((sum, one) => sum + one, 0),
  },
  {
    title: 'Latency, p95',
    kind: 'p95',
    value: ({ now }) => ms(now.p95Ms),
    note: ({ now, targets }) =>
      targets.p95Ms === undefined ? `half below ${ms(now.p50Ms)}` : `target ${ms(targets.p95Ms)}`,
    compared: ({ p95Ms }) => p95Ms,
    better: -1,
    course: ({ p95Ms }) => p95Ms,
    isBreached: ({ now, targets }) => (now.p95Ms ?? 0) > (targets.p95Ms ?? Infinity),
  },
  {
    title: 'Success',
    kind: 'ok',
    value: ({ now }) => percent(now.successRatio),
    note: ({ targets }) =>
      targets.successRatio === undefined ? 'of calls not cancelled' : `target ${percent(targets.successRatio)}`,
    compared: ({ successRatio }) => successRatio,
    better: 1,
    isRatio: true,
    course: successOf,
    isBreached: ({ now, targets }) => (now.successRatio ?? 1) < (targets.successRatio ?? 0.95),
  },
  {
    title: 'Cache hits',
    kind: 'hits',
    value: ({ now }) => percent(now.hitRatio),
    note: ({ targets }) =>
      targets.hitRatio === undefined ? 'of what was looked up' : `target ${percent(targets.hitRatio)}`,
    compared: ({ hitRatio }) => hitRatio,
    better: 1,
    isRatio: true,
    course: ({ hitRatio }) => hitRatio,
    isBreached: ({ now, targets }) => (now.hitRatio ?? 1) < (targets.hitRatio ?? 0),
  },
  {
    title: 'Time saved',
    kind: 'hits',
    value: ({ now }) => seconds(now.savedSeconds),
    note: ({ tools }) => `${seconds(tools.reduce((sum, one) => sum + one.savedSecondsEver, 0))} since the start`,
    compared: ({ savedSeconds }) => savedSeconds,
    better: 0,
    course: ({ savedSeconds }) => savedSeconds,
  },
  {
    title: 'Under way',
    kind: 'p50',
    value: ({ inFlight }) => count(inFlight),
    note: ({ queues }) => `${count(queues.reduce((sum, { depth }) => sum + depth, 0))} waiting in queues`,
    better: 0,
    course: ({ inFlight }) => inFlight,
  },
]

/** The numbers that are looked at first, each against the minute before. */
export const tiles = () => {
  const all = plans.map((plan) => {
    const value = el('strong')
    const trend = el('span', { class: 'trend' })
    const note = el('span', { class: 'muted' })
    const course = spark(plan.kind)
    const element = el('article', { class: 'panel tile' })
    element.append(el('h2', {}, plan.title), el('div', { class: 'figure' }, value, trend), note, course.element)
    /** @param {readonly Point[]} points @param {Snapshot} snapshot */
    const show = (points, snapshot) => {
      write(value, plan.value(snapshot))
      write(note, plan.note?.(snapshot) ?? '')
      element.classList.toggle('is-breached', plan.isBreached?.(snapshot) ?? false)
      compare(trend, plan, snapshot)
      course.show(points.slice(-90).map((point) => plan.course(point)))
    }
    return { element, show }
  })
  byId('tiles').append(...all.map(({ element }) => element))
  return {
    /** @param {readonly Point[]} points @param {Snapshot} snapshot */
    show: (points, snapshot) => {
      for (const tile of all) tile.show(points, snapshot)
    },
  }
}

/** @param {HTMLElement} trend @param {Plan} plan @param {Snapshot} snapshot */
const compare = (trend, { compared, better, isRatio = false }, { now, before }) => {
  const is = compared?.(now)
  const was = before && compared?.(before)
  const change =
    is === undefined || was === undefined || (was === 0 && !isRatio) ? undefined : isRatio ? is - was : is / was - 1
  const isSmall = change === undefined || Math.abs(change) < (isRatio ? 0.002 : 0.02)
  const sign = change !== undefined && change > 0 ? '▲' : '▼'
  const size =
    change === undefined
      ? ''
      : isRatio
        ? `${Math.abs(change * 100).toFixed(1)} pts`
        : change > 9
          ? '×10+'
          : `${Math.round(Math.abs(change) * 100)} %`
  write(trend, change === undefined ? '' : isSmall ? '=' : `${sign} ${size}`)
  const verdict = isSmall || better === 0 ? 'same' : Math.sign(change ?? 0) === better ? 'better' : 'worse'
  mark(trend, 'data-verdict', verdict)
  mark(trend, 'title', 'against the minute before')
}

/** @param {Point} point */
function successOf({ rates }) {
  const { cancelled = 0, ok = 0, inputRequired = 0 } = rates
  const all = Object.values(rates).reduce((sum, one) => sum + one, 0) - cancelled
  return all > 0 ? (ok + inputRequired) / all : undefined
}
