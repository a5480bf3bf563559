import { byId, el, keyed, mark, write } from './dom.js'
import { ago, seconds } from './format.js'

/** @typedef {import('../view/snapshot.ts').Snapshot} Snapshot @typedef {import('../view/alerts.ts').Alert} Alert */

/** Who this is, whether calls are wanted, and what somebody should look at. */
export const head = () => ({
  /** @param {Snapshot} snapshot */
  show: ({ server, alerts, at, workers }) => {
    write(byId('name'), server.name)
    write(byId('state'), server.state)
    mark(byId('state'), 'data-state', server.ready ? 'ready' : 'waiting')
    const processes =
      workers === undefined
        ? `process ${server.pid}`
        : `${workers.filter(({ fault }) => fault === undefined).length} of ${workers.length} workers`
    write(byId('facts'), `up ${seconds(server.uptimeSeconds)} · ${processes} · Node ${server.node.replace(/^v/, '')}`)
    document.title = alerts.length === 0 ? `${server.name} · well` : `(${alerts.length}) ${server.name}`
    const list = byId('alerts')
    if (alerts.length === 0)
      keyed(
        list,
        ['well'],
        String,
        () => el('p', { class: 'alert well' }, 'All is well.'),
        () => {},
      )
    else
      keyed(
        list,
        alerts,
        ({ key }) => key,
        made,
        (element, alert) => update(element, alert, at),
      )
  },
})

/** @param {Alert} alert */
const made = ({ severity }) => el('p', { class: `alert ${severity}` }, el('span'), ' ', el('time', { class: 'muted' }))

/** @param {HTMLElement} element @param {Alert} alert @param {number} at */
const update = (element, { severity, text, since }, at) => {
  const [said, time] = element.children
  mark(element, 'class', `alert ${severity}`)
  if (said !== undefined) write(said, text)
  if (time !== undefined) write(time, at - since < 1500 ? 'just now' : `for ${ago(since, at)}`)
}
