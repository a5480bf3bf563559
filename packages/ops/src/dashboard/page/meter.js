import { el, mark, write } from './dom.js'

/** A row with a name, a bar of how much is used, and what else there is to say. */
export const meter = () =>
  el(
    'li',
    { class: 'meter' },
    el('b'),
    el('span', { class: 'value' }),
    el('span', { class: 'track' }, el('i')),
    el('span', { class: 'muted' }),
  )

/**
 * @typedef {object} Shown
 * @property {string} name
 * @property {string} value
 * @property {number | undefined} part of the track that is filled; undefined for no track
 * @property {string} note
 * @property {'bad' | 'busy' | undefined} [mood]
 * @param {HTMLElement} row @param {Shown} shown
 */
export const showMeter = (row, { name, value, part, note, mood }) => {
  const [title, said, track, remark] = /** @type {HTMLElement[]} */ ([...row.children])
  if (title === undefined || said === undefined || track === undefined || remark === undefined) return
  write(title, name)
  mark(title, 'title', name)
  write(said, value)
  track.hidden = part === undefined
  const bar = track.firstElementChild
  if (bar instanceof HTMLElement) bar.style.setProperty('--part', String(Math.min(1, Math.max(0, part ?? 0))))
  write(remark, note)
  remark.hidden = note === ''
  mark(row, 'data-mood', mood)
}
