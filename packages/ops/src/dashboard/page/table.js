import { choose, chosen } from './choices.js'
import { byId, el, keyed, mark, write } from './dom.js'
import { count, ms, percent, rate, seconds, shortName } from './format.js'
import { spark } from './spark.js'

/**
 * @typedef {import('../view/tools.ts').ToolView} Tool
 * @typedef {import('../view/snapshot.ts').Snapshot} Snapshot
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {(tool: Tool) => number | string | undefined | null} sorts
 * @property {(tool: Tool) => string} [text]
 * @property {string} [about]
 */

/** @type {readonly Column[]} */
const columns = [
  { id: 'operation', title: 'Operation', sorts: ({ operation }) => shortName(operation) },
  { id: 'calls', title: 'Calls', sorts: ({ calls }) => calls, text: ({ calls }) => count(calls) },
  {
    id: 'course',
    title: 'Rate',
    sorts: ({ rate }) => rate,
    text: (tool) => `${rate(tool.rate)} /s`,
    about: 'Calls a second',
  },
  { id: 'p50', title: 'p50', sorts: ({ p50Ms }) => p50Ms, text: ({ p50Ms }) => ms(p50Ms) },
  { id: 'p95', title: 'p95', sorts: ({ p95Ms }) => p95Ms, text: ({ p95Ms }) => ms(p95Ms) },
  { id: 'p99', title: 'p99', sorts: ({ p99Ms }) => p99Ms, text: ({ p99Ms }) => ms(p99Ms) },
  {
    id: 'errors',
    title: 'Errors',
    sorts: errorRatio,
    text: (tool) => (tool.successRatio === undefined ? '–' : errorRatio(tool) === 0 ? '0' : percent(errorRatio(tool))),
  },
  { id: 'hits', title: 'Cache hits', sorts: ({ hitRatio }) => hitRatio, text: ({ hitRatio }) => percent(hitRatio) },
  {
    id: 'saved',
    title: 'Saved',
    sorts: ({ savedSecondsEver }) => savedSecondsEver,
    text: ({ savedSecondsEver }) => (savedSecondsEver === 0 ? '–' : seconds(savedSecondsEver)),
    about: 'Time of loading that the cache has spared since the start',
  },
  {
    id: 'ever',
    title: 'Ever',
    sorts: ({ callsEver }) => callsEver,
    text: ({ callsEver }) => count(callsEver),
    about: 'Calls since the start',
  },
]

/** @param {Tool} tool */
function errorRatio({ successRatio }) {
  return successRatio === undefined ? undefined : 1 - successRatio
}

/** The operations, sorted by what the reader chooses. */
export const table = () => {
  const filter = /** @type {HTMLInputElement} */ (byId('filter'))
  const body = /** @type {HTMLElement} */ (byId('tools').querySelector('tbody'))
  let sort = remembered()
  /** @type {Snapshot | undefined} */
  let shown
  const draw = () => shown !== undefined && fill(body, shown, sort, filter.value)
  const headers = columns.map((column) => {
    const button = el('button', { type: 'button' }, column.title)
    if (column.about !== undefined) button.title = column.about
    button.addEventListener('click', () => {
      const isAgain = sort.by === column.id
      sort = { by: column.id, isRising: isAgain ? !sort.isRising : column.id === 'operation' }
      choose('sort', JSON.stringify(sort))
      label()
      draw()
    })
    return el('th', { scope: 'col', 'data-column': column.id }, button)
  })
  const label = () => {
    for (const header of headers) {
      const isIt = header.dataset['column'] === sort.by
      mark(header, 'aria-sort', isIt ? (sort.isRising ? 'ascending' : 'descending') : undefined)
    }
  }
  label()
  byId('tools')
    .querySelector('thead')
    ?.append(el('tr', {}, ...headers))
  filter.addEventListener('input', draw)
  return {
    /** @param {Snapshot} snapshot */
    show: (snapshot) => {
      shown = snapshot
      draw()
    },
    focusFilter: () => filter.focus(),
  }
}

/** @typedef {{ by: string, isRising: boolean }} Sort @returns {Sort} */
const remembered = () => {
  const usual = { by: 'calls', isRising: false }
  try {
    const { by, isRising } = JSON.parse(chosen('sort') ?? '{}')
    return columns.some(({ id }) => id === by) ? { by, isRising: isRising === true } : usual
  } catch {
    return usual
  }
}

/** @param {HTMLElement} body @param {Snapshot} snapshot @param {Sort} sort @param {string} filter */
const fill = (body, { tools, moreTools, targets, now }, sort, filter) => {
  const wanted = filter.trim().toLowerCase()
  const found = sorted(tools, sort).filter(({ operation }) => operation.toLowerCase().includes(wanted))
  const slowest = Math.max(1, ...tools.map(({ p95Ms }) => p95Ms ?? 0))
  keyed(
    body,
    found,
    ({ operation }) => operation,
    row,
    (element, tool) => update(element, tool, slowest, targets.p95Ms),
  )
  const hidden = moreTools > 0 ? `${count(moreTools)} more with fewer calls are not shown.` : ''
  const empty =
    tools.length === 0
      ? 'No call has passed metrics() yet: put it outermost, use(server, metrics(), …).'
      : 'No operation has this in its name.'
  write(
    byId('tools-note'),
    found.length === 0 ? empty : now.calls === 0 ? `No calls in the last minute. ${hidden}` : hidden,
  )
}

/** @param {readonly Tool[]} tools @param {Sort} sort */
const sorted = (tools, { by, isRising }) => {
  const sorts = columns.find(({ id }) => id === by)?.sorts ?? (() => 0)
  const direction = isRising ? 1 : -1
  return [...tools].sort((a, b) => {
    const [left, right] = [sorts(a), sorts(b)]
    // What is not known comes last, whichever way.
    if (left === undefined || left === null) return right === undefined || right === null ? 0 : 1
    if (right === undefined || right === null) return -1
    return typeof left === 'string' ? direction * left.localeCompare(String(right)) : direction * (left - Number(right))
  })
}

/** @type {WeakMap<HTMLElement, ReturnType<typeof spark>>} */
const sparks = new WeakMap()

/** @param {Tool} tool */
const row = ({ operation }) => {
  const name = shortName(operation)
  const course = spark('ok')
  const made = el('tr')
  const cells = columns.map(({ id }) =>
    id === 'operation'
      ? el('th', { scope: 'row', title: operation }, el('span', {}, name))
      : el('td', { 'data-column': id }, el('span')),
  )
  if (name === operation) cells[0]?.classList.add('is-method')
  cells[2]?.prepend(course.element)
  made.append(...cells)
  sparks.set(made, course)
  return made
}

/** @param {HTMLElement} element @param {Tool} tool @param {number} slowest @param {number | undefined} target */
const update = (element, tool, slowest, target) => {
  for (const [index, { text }] of columns.entries()) {
    const said = element.children[index]?.lastElementChild
    if (text !== undefined && said instanceof HTMLElement) write(said, text(tool))
  }
  sparks.get(element)?.show(tool.course)
  element.classList.toggle('is-idle', tool.calls === 0)
  const [p95, errors] = ['p95', 'errors'].map((id) => element.querySelector(`[data-column="${id}"]`))
  if (p95 instanceof HTMLElement) {
    p95.style.setProperty('--part', String(Math.sqrt((tool.p95Ms ?? 0) / slowest)))
    p95.classList.toggle('is-breached', (tool.p95Ms ?? 0) > (target ?? Infinity))
    mark(p95, 'data-trend', trendOf(tool))
    mark(
      p95,
      'title',
      tool.p95BeforeMs === undefined || tool.p95BeforeMs === null
        ? undefined
        : `${ms(tool.p95BeforeMs)} in the minute before`,
    )
  }
  errors?.classList.toggle('is-breached', (errorRatio(tool) ?? 0) >= 0.05)
}

/** @param {Tool} tool */
const trendOf = ({ p95Ms, p95BeforeMs }) => {
  if (!p95Ms || !p95BeforeMs) return undefined
  const change = p95Ms / p95BeforeMs
  return change > 1.25 ? 'up' : change < 0.8 ? 'down' : undefined
}
