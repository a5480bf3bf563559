import { charts } from './charts.js'
import { byId, mark, write } from './dom.js'
import { head } from './head.js'
import { panels } from './panels.js'
import { table } from './table.js'
import { theme } from './theme.js'
import { tiles } from './tiles.js'

/** @typedef {import('../view/snapshot.ts').Point} Point @typedef {import('../view/snapshot.ts').Snapshot} Snapshot */

const nextTheme = theme()
const operations = table()
const course = charts()
const figures = tiles()
const parts = [head(), operations, panels()]

/** @type {Point[]} */
let points = []
/** @type {Snapshot | null} */
let snapshot = null
let mostPoints = 300
let isPaused = false

const draw = () => {
  if (isPaused || snapshot === null) return
  figures.show(points, snapshot)
  course.show(points, snapshot)
  for (const part of parts) part.show(snapshot)
}

const live = byId('live')
const say = (/** @type {string} */ text, /** @type {string} */ state) => {
  write(live, text)
  mark(live, 'data-state', state)
}

const connect = () => {
  const stream = new EventSource('/dashboard/live')
  stream.addEventListener('hello', ({ data }) => {
    const hello = JSON.parse(data)
    points = hello.points
    snapshot = hello.snapshot
    mostPoints = Math.max(points.length, hello.mostPoints)
    say(isPaused ? 'paused' : 'live', isPaused ? 'paused' : 'live')
    draw()
  })
  stream.addEventListener('tick', ({ data }) => {
    const tick = JSON.parse(data)
    points = [...points, tick.point].slice(-mostPoints)
    snapshot = tick.snapshot
    if (!isPaused) say('live', 'live')
    draw()
  })
  stream.addEventListener('trouble', ({ data }) => say(JSON.parse(data), 'lost'))
  stream.addEventListener('error', () => {
    say('no answer, trying again', 'lost')
    // A browser tries again by itself unless it was refused: too many pages, another token.
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 5_000)
  })
}
connect()

const pause = () => {
  isPaused = !isPaused
  mark(byId('pause'), 'aria-pressed', String(isPaused))
  write(byId('pause'), isPaused ? 'Go on' : 'Pause')
  say(isPaused ? 'paused' : 'live', isPaused ? 'paused' : 'live')
  draw()
}
byId('pause').addEventListener('click', pause)

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement
  if (event.key === 'Escape' && isTyping) event.target.blur()
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  const does = { '/': operations.focusFilter, p: pause, t: nextTheme }[event.key]
  if (does === undefined) return
  event.preventDefault()
  does()
})
