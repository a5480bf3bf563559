import { breakers } from './breakers.js'
import { byId, el, keyed, mark, write } from './dom.js'
import { bytes, count, ms, percent, rate } from './format.js'
import { meter, showMeter } from './meter.js'
import { slowCalls } from './slow.js'
import { stateRow, workers } from './workers.js'

/** @typedef {import('../view/snapshot.ts').Snapshot} Snapshot */

/**
 * A panel of rows, or of a sentence when there is nothing to show.
 *
 * @template Item
 * @param {string} title @param {string} empty what to do for something to be there
 * @param {(snapshot: Snapshot) => ReadonlyArray<Item>} itemsOf
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => HTMLElement} make
 * @param {(row: HTMLElement, item: Item, snapshot: Snapshot) => void} update
 */
export const panel = (title, empty, itemsOf, keyOf, make, update) => {
  const list = el('ul', { class: 'rows' })
  const note = el('p', { class: 'note' }, empty)
  const element = el('section', { class: 'panel' }, el('div', { class: 'panel-head' }, el('h2', {}, title)), list, note)
  return {
    element,
    /** @param {Snapshot} snapshot */
    show: (snapshot) => {
      const items = itemsOf(snapshot)
      note.hidden = items.length > 0
      keyed(list, items, keyOf, make, (row, item) => update(row, item, snapshot))
    },
  }
}

const errors = panel(
  'Errors by kind',
  'Nothing went wrong in the last two minutes.',
  ({ errors }) => errors,
  ({ kind }) => kind,
  meter,
  (row, { kind, of, meaning, count: now, before, isLoss }, { errors }) => {
    row.classList.toggle(
      'is-part',
      errors.some((one) => one.kind === of),
    )
    showMeter(row, {
      name: kind,
      value: before === undefined ? count(now) : `${count(now)} ${now > before ? '▲' : now < before ? '▼' : '='}`,
      part: now / Math.max(1, ...errors.map((one) => one.count)),
      note: before === undefined ? meaning : `${meaning} ${count(before)} in the minute before.`,
      mood: isLoss && now > 0 ? 'bad' : undefined,
    })
  },
)

const queues = panel(
  'Queues',
  'No queue has said anything yet: add queue(), and numbers.watch({ queue }) for what it does right now.',
  ({ queues }) => queues,
  ({ queue }) => queue,
  meter,
  (row, { queue, depth, inFlight, limit, rejected }) =>
    showMeter(row, {
      name: queue,
      value:
        inFlight === undefined
          ? `${count(depth)} waiting`
          : `${count(inFlight)} of ${limit === undefined ? '∞' : count(limit)}`,
      part: inFlight === undefined || limit === undefined ? undefined : inFlight / Math.max(1, limit),
      note: `${count(depth)} waiting · ${count(rejected)} refused in the last minute`,
      mood: rejected > 0 ? 'bad' : depth > 0 ? 'busy' : undefined,
    }),
)

const limits = panel(
  'Rate limits',
  'No rate limit has refused or held back a call.',
  ({ limits }) => limits,
  ({ limit }) => limit,
  meter,
  (row, { limit, waiting, rejected }) =>
    showMeter(row, {
      name: limit,
      value: `${count(rejected)} refused`,
      part: undefined,
      note: `in the last minute · ${count(waiting)} waiting`,
      mood: rejected > 0 ? 'bad' : undefined,
    }),
)

const pools = panel(
  'Pools',
  'No pool has said anything yet: postgres() and httpPool() do, and numbers.watch({ pool }) says how many connections are in use.',
  ({ pools }) => pools,
  ({ pool, kind }) => `${kind} ${pool}`,
  meter,
  (row, { pool, kind, total, active, limit, waiting, exhausted }, { targets }) => {
    const most = limit ?? Math.max(total, active ?? 0)
    const part = active === undefined ? undefined : active / Math.max(1, most)
    const isFull = exhausted > 0 || waiting > 0 || (part ?? 0) > (targets.poolUseRatio ?? 0.9)
    showMeter(row, {
      name: `${pool} (${kind})`,
      value: active === undefined ? `${count(total)} open` : `${count(active)} of ${count(most)}`,
      part,
      note: `${count(total)} open · ${count(waiting)} waiting · ${count(exhausted)} turned away in the last minute`,
      mood: exhausted > 0 ? 'bad' : isFull && part !== undefined && part > 0 ? 'busy' : undefined,
    })
  },
)

const tiers = panel(
  'Cache',
  'No cache has said anything yet: add cached(), and numbers.watch({ cache }).',
  ({ tiers }) => tiers,
  ({ tier }) => tier,
  meter,
  (row, { tier, entries, bytes: held, evicted }) =>
    showMeter(row, {
      name: tier,
      value: `${count(entries)} entries`,
      part: undefined,
      note: `${held === undefined ? '' : `${bytes(held)} · `}${count(evicted)} dropped for want of room in the last minute`,
    }),
)

const checks = panel(
  'Health',
  'Nothing is checked: give ops a lifespan whose resources have checks, or checks of its own.',
  ({ checks }) => Object.entries(checks),
  ([name]) => name,
  stateRow,
  (row, [name, { status, detail = '', elapsedMs }]) => {
    const [badge, title, value, note] = /** @type {HTMLElement[]} */ ([...row.children])
    if (badge === undefined || title === undefined || value === undefined || note === undefined) return
    write(badge, status)
    mark(badge, 'data-state', status)
    write(title, name)
    write(value, ms(elapsedMs))
    write(note, detail)
    note.hidden = detail === ''
  },
)

const process = panel(
  'Process',
  '',
  ({ process, server }) => [
    { name: 'Processor', value: `${rate(process.cpuPercent)} %`, part: process.cpuPercent / 100, note: 'of one core' },
    {
      name: 'Event loop',
      value: percent(process.loopUtilization),
      part: process.loopUtilization,
      note: `busy · at most ${ms(process.loopDelayMaxMs)} late`,
    },
    {
      name: 'Heap',
      value: bytes(process.heapUsedBytes),
      part: process.heapUsedBytes / process.heapLimitBytes,
      note: `of at most ${bytes(process.heapLimitBytes)}`,
    },
    {
      name: 'Memory',
      value: bytes(process.rssBytes),
      part: undefined,
      note: `resident · ${bytes(process.externalBytes)} of it buffers · one point every ${ms(server.intervalMs)}`,
    },
  ],
  ({ name }) => name,
  meter,
  (row, item) => showMeter(row, { ...item, mood: (item.part ?? 0) > 0.85 ? 'bad' : undefined }),
)

/** Everything below the table. */
export const panels = () => {
  const all = [workers(panel), errors, slowCalls(panel), breakers(panel), queues, pools, checks, tiers, limits, process]
  byId('panels').append(...all.map(({ element }) => element))
  return {
    /** @param {Snapshot} snapshot */
    show: (snapshot) => {
      for (const one of all) one.show(snapshot)
    },
  }
}
