import type { Cluster } from 'node:cluster'
import { answerSupervisor } from '@millrace/core'
import { apply, telling } from './changes.ts'
import type { Listener } from './listener.ts'
import { isOurs } from './messages.ts'
import type { Change, Order, Word } from './messages.ts'
import type { Serving } from './serving.ts'

/** Where a supervisor that was asked for any port says which one it is. */
export const portVariable = 'EDGE_WORKER_PORT'

/** Where a supervisor says in which folder its workers find each other. */
export const folderVariable = 'EDGE_WORKER_FOLDER'

/** Lets a listener be one of several: it obeys its supervisor, and what changes here is told to the others. */
export const workFor = (cluster: Cluster, listener: Listener): Serving => {
  const send = (word: Word): void => void process.send?.(word, undefined, undefined, () => {})
  let onLeave: () => void = ignore
  const obey = (order: unknown): void => {
    if (!isOurs(order)) return
    const known = order as Order
    if (known.millrace === 'close') void listener.close()
    else if (known.millrace === 'leave') onLeave()
    else if (known.millrace === 'changed') apply(listener.notify, known.change)
  }
  const stopAnswering = answerSupervisor('stats', () => listener.stats())
  process.on('message', obey)
  // The terminal's hang-up goes to all processes of it: what it means is for the supervisor to say.
  process.on('SIGHUP', ignore)
  const askedForAll = new Promise<void>((resolve) => (onLeave = resolve))
  void listener.closed.then(async () => {
    // Somebody may count what it has counted to its last call.
    send({ millrace: 'done' })
    await Promise.race([askedForAll, new Promise((resolve) => setTimeout(resolve, leaveMs).unref())])
    stopAnswering()
    process.off('message', obey)
    process.off('SIGHUP', ignore)
    // Not `process.disconnect`: connections on their way here would be nobody's, and their clients wait for ever.
    cluster.worker?.disconnect()
  })
  send({ millrace: 'ready', url: listener.url.href })
  const notify = telling((change: Change) => {
    apply(listener.notify, change)
    send({ millrace: 'changed', change })
  })
  return {
    url: listener.url,
    closed: listener.closed,
    notify,
    close: () => listener.close(),
    stats: () => listener.stats(),
    get isReady() {
      return listener.isReady
    },
  }
}

const ignore = (): void => {}

const leaveMs = 1000
