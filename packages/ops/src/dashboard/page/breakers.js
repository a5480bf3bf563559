import { el, mark, write } from './dom.js'
import { count, shortName } from './format.js'

/** @typedef {import('../view/parts.ts').BreakerView} Breaker */

/** The breakers, each with its switch. @param {typeof import('./panels.js').panel} panel */
export const breakers = (panel) =>
  panel(
    'Breakers',
    'No breaker has changed its state yet: add breaker(), and numbers.watch({ breaker }).',
    ({ breakers }) => breakers,
    ({ breaker, key }) => `${breaker} ${key}`,
    row,
    (element, breaker, { server }) => update(element, breaker, server.canSwitch),
  )

/** @param {Breaker} first */
const row = ({ breaker, key }) => {
  const button = el('button', { type: 'button' })
  const said = el('span', { class: 'muted' })
  button.addEventListener('click', () => {
    // Isolating stops real calls: it takes a second press.
    if (button.dataset['asks'] === undefined && button.dataset['to'] === 'isolated') {
      button.dataset['asks'] = 'yes'
      write(button, 'Sure?')
      return
    }
    delete button.dataset['asks']
    void flip(key, button.dataset['to'] ?? '', said)
  })
  button.addEventListener('blur', () => {
    delete button.dataset['asks']
    write(button, nameOf(button.dataset['to']))
  })
  return el(
    'li',
    { class: 'check' },
    el('span', { class: 'badge' }),
    el('b', { title: `${breaker}: ${key}` }, shortName(key)),
    button,
    said,
  )
}

/** @param {HTMLElement} element @param {Breaker} breaker @param {boolean} canSwitch */
const update = (element, { state, rejected, isMixed }, canSwitch) => {
  const [badge, , button, said] = /** @type {HTMLElement[]} */ ([...element.children])
  if (badge === undefined || said === undefined || !(button instanceof HTMLButtonElement)) return
  write(badge, state === 'halfOpen' ? 'half-open' : state)
  mark(badge, 'data-state', state)
  const refused = rejected > 0 ? `${count(rejected)} calls refused in the last minute` : ''
  write(said, isMixed ? `not in all processes ${refused}` : refused)
  button.disabled = !canSwitch
  button.title = canSwitch
    ? 'Stop all calls of it, or let them through again'
    : 'Give ops a token and the breaker to switch it from here'
  mark(
    button,
    'data-to',
    state === 'closed' || state === 'halfOpen' || state === 'observing' || state === 'disabled' ? 'isolated' : 'closed',
  )
  if (button.dataset['asks'] === undefined) write(button, nameOf(button.dataset['to']))
}

/** @param {string | undefined} to */
const nameOf = (to) => (to === 'closed' ? 'Close' : 'Isolate')

/** @param {string} key @param {string} to @param {HTMLElement} said */
const flip = async (key, to, said) => {
  const query = new URLSearchParams({ key, to })
  try {
    // No page of another site can send this header.
    const answer = await fetch(`/dashboard/breaker?${query}`, { method: 'POST', headers: { 'x-millrace': '1' } })
    write(said, answer.ok ? 'done' : await answer.text())
  } catch {
    write(said, 'The server did not answer.')
  }
}
