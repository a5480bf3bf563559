import type { Cluster } from 'node:cluster'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeVariable, supervise, systemClock } from '@millrace/core'
import { telling } from './changes.ts'
import type { ServeOptions } from './options.ts'
import type { Serving } from './serving.ts'
import { onSignals } from './signals.ts'
import { folderVariable, portVariable } from './worker.ts'
import { Supervisor } from './supervisor.ts'
import type { WorkerProcess } from './supervised.ts'

/** Longer than anything that a worker does while it closes. */
const slackMs = 5000

const fork = (cluster: Cluster, variables: Readonly<Record<string, string>>): WorkerProcess => {
  const worker = cluster.fork(variables)
  return {
    id: worker.id,
    pid: worker.process.pid,
    // One that has just ended takes no orders.
    send: (order) => void (worker.isConnected() && worker.send(order, ignore)),
    kill: (signal) => worker.process.kill(signal),
    on: (event: 'message' | 'exit', listener: (...args: never[]) => void) => worker.on(event, listener as never),
  }
}

const ignore = (): void => {}

const freePort = (host = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Runs this program again in so many processes, and looks after them. */
export const superviseWorkers = async (cluster: Cluster, count: number, options: ServeOptions): Promise<Serving> => {
  const {
    clock = systemClock,
    drainMs = 10_000,
    maxBlockedMs: silenceMs = 60_000,
    signals = ['SIGTERM', 'SIGINT'],
  } = options
  // To a worker that comes later, Node would give another port.
  const port = options.port === 0 ? { [portVariable]: String(await freePort(options.host)) } : {}
  // Only this user may enter it.
  const folder = (options.sessions ?? false) === false ? undefined : await mkdtemp(join(tmpdir(), 'millrace-'))
  const variables = { ...port, ...(folder === undefined ? {} : { [folderVariable]: folder }) }
  const supervisor = new Supervisor({
    clock,
    patienceMs: drainMs + slackMs,
    silenceMs,
    fork: (place) => fork(cluster, { ...variables, [placeVariable]: String(place) }),
  })
  const stopTelling = supervise(supervisor)
  let isClosing = false
  let onClosed: () => void = () => {}
  const closed = new Promise<void>((resolve) => (onClosed = resolve))
  const close = async () => {
    if (isClosing) return closed
    isClosing = true
    await supervisor.close()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    stopTelling()
    stopHearing()
    onClosed()
  }
  const stopSignals = onSignals(signals, { first: () => void close(), again: () => supervisor.kill() })
  const renew = (): void => void supervisor.renew()
  process.on('SIGHUP', renew)
  const stopHearing = () => {
    stopSignals()
    process.off('SIGHUP', renew)
  }
  try {
    const url = new URL(await supervisor.start(count))
    return {
      url,
      closed,
      close,
      notify: telling((change) => supervisor.tell(change)),
      get isReady() {
        return !isClosing && supervisor.ready > 0
      },
      stats: async () => {
        const all = await supervisor.stats()
        const sum = (name: 'active' | 'servers' | 'sessions') => all.reduce((total, one) => total + one[name], 0)
        return { active: sum('active'), servers: sum('servers'), sessions: sum('sessions'), workers: supervisor.ready }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
