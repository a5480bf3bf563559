import { el, mark, write } from './dom.js'
import { ago, count, ms, percent, shortName } from './format.js'

/**
 * @typedef {import('../../slow/slowCall.ts').SlowCall} SlowCall
 * @typedef {import('../view/snapshot.ts').Snapshot} Snapshot
 */

/** The last slow calls, where their time went, and their profiles. @param {typeof import('./panels.js').panel} panel */
export const slowCalls = (panel) =>
  panel(
    'Slow calls',
    'No call was slow, or nobody looks: give ops slowCalls: { aboveMs }.',
    ({ slow }) => slow?.calls ?? [],
    ({ id, worker }) => `${worker} ${id}`,
    row,
    update,
  )

/** @param {SlowCall} first */
const row = ({ id, operation, worker }) => {
  const button = el('button', { type: 'button' }, 'CPU profile')
  const said = el('span', { class: 'muted' })
  button.addEventListener('click', () => void save(id, worker, said))
  return el(
    'li',
    { class: 'check' },
    el('span', { class: 'badge' }),
    el('b', { title: operation }, shortName(operation)),
    button,
    el('span', { class: 'muted' }),
    said,
  )
}

/** @param {HTMLElement} element @param {SlowCall} call @param {Snapshot} snapshot */
const update = (element, { at: began, tookMs, outcome, time, besides, cpu }, { at, server }) => {
  const [badge, , button, note] = /** @type {HTMLElement[]} */ ([...element.children])
  if (badge === undefined || button === undefined || note === undefined) return
  write(badge, ms(tookMs))
  mark(badge, 'data-state', outcome === 'ok' ? 'degraded' : 'unhealthy')
  button.hidden = cpu === undefined || !server.canAct
  const others = besides === 0 ? 'alone' : `beside ${count(besides)} others`
  const computed =
    cpu?.functions[0] === undefined ? '' : ` · ${percent(cpu.functions[0].share)} ${cpu.functions[0].name}`
  write(note, `${outcome} · ${ago(began, at)} ago · ${others} · ${parts(time, tookMs)}${computed}`)
}

/** The parts that most of the time went to. @param {SlowCall['time']} time @param {number} tookMs */
const parts = (time, tookMs) =>
  Object.entries(names)
    .map(([part, name]) => ({ name, ratio: time[/** @type {keyof typeof names} */ (part)] / Math.max(1, tookMs) }))
    .filter(({ ratio }) => ratio >= 0.05)
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ name, ratio }) => `${percent(ratio)} ${name}`)
    .join(', ')

const names = {
  queueMs: 'queue',
  cacheMs: 'cache',
  joinedMs: 'load of another',
  poolWaitMs: 'pool wait',
  databaseMs: 'database',
  httpMs: 'HTTP',
  handlerMs: 'handler',
}

/** @param {number} id @param {number | undefined} worker which process has it @param {HTMLElement} said */
const save = async (id, worker, said) => {
  try {
    const which = worker === undefined ? '' : `&worker=${worker}`
    // No page of another site can send this header.
    const answer = await fetch(`/slow-calls/profile?id=${id}${which}`, {
      method: 'POST',
      headers: { 'x-millrace': '1' },
    })
    if (!answer.ok) return write(said, await answer.text())
    const url = URL.createObjectURL(await answer.blob())
    el('a', { href: url, download: `call-${id}.cpuprofile` }).click()
    // A browser may read it some time later.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
    write(said, 'saved')
  } catch {
    write(said, 'The server did not answer.')
  }
}
