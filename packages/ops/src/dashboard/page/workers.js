import { el, mark, write } from './dom.js'
import { bytes, count, ms, percent, rate, seconds } from './format.js'

/** @typedef {import('../view/workers.ts').WorkerView} Worker */

/** The processes, each with a line. @param {typeof import('./panels.js').panel} panel */
export const workers = (panel) => {
  const made = panel(
    'Workers',
    '',
    ({ workers }) => workers ?? [],
    ({ worker, pid }) => `${worker} ${pid}`,
    stateRow,
    update,
  )
  return {
    element: made.element,
    /** @param {import('../view/snapshot.ts').Snapshot} snapshot */
    show: (snapshot) => {
      // One process alone stands under `Process`.
      made.element.hidden = snapshot.workers === undefined
      made.show(snapshot)
    },
  }
}

/** A line with a state, a name, a value and a note. */
export const stateRow = () =>
  el(
    'li',
    { class: 'check' },
    el('span', { class: 'badge' }),
    el('b'),
    el('span', { class: 'value' }),
    el('span', { class: 'muted' }),
  )

/** @param {HTMLElement} element @param {Worker} one */
const update = (element, { worker, pid, state, fault, uptimeSeconds, rate: calls, inFlight, process }) => {
  const [badge, title, value, note] = /** @type {HTMLElement[]} */ ([...element.children])
  if (badge === undefined || title === undefined || value === undefined || note === undefined) return
  const isSilent = fault !== undefined && state !== 'missing'
  write(badge, isSilent ? 'silent' : state)
  mark(badge, 'data-state', fault === undefined ? (state === 'ready' ? 'healthy' : 'degraded') : 'unhealthy')
  write(title, `Worker ${worker}`)
  mark(title, 'title', pid === undefined ? undefined : `process ${pid}`)
  write(value, calls === undefined || calls === null ? '' : `${rate(calls)} /s`)
  write(note, process === undefined || fault !== undefined ? (fault ?? '') : noteOf(process, inFlight, uptimeSeconds))
}

/** @param {NonNullable<Worker['process']>} process @param {number | undefined} inFlight @param {number | undefined} up */
const noteOf = (process, inFlight, up) =>
  [
    `${count(inFlight ?? 0)} under way`,
    `${rate(process.cpuPercent)} % of a core`,
    `loop ${percent(process.loopUtilization)} busy, at most ${ms(process.loopDelayMaxMs)} late`,
    `heap ${bytes(process.heapUsedBytes)}`,
    bytes(process.rssBytes),
    `up ${seconds(up ?? 0)}`,
  ].join(' · ')
