import { availableParallelism } from 'node:os'
import { kindOf } from '@millrace/core'
import type { CreateServer } from '../servers/line.ts'
import { Listener } from './listener.ts'
import { checkServeOptions } from './options.ts'
import type { ServeOptions } from './options.ts'
import type { Serving } from './serving.ts'
import { onSignals } from './signals.ts'
import { superviseWorkers } from './supervise.ts'
import { folderVariable, portVariable, workFor } from './worker.ts'

/**
 * Serves the MCP server that `createServer` makes at a port of this machine, as `edge` does. Resolves when it listens;
 * everything it leans on has started by then, and a first server is made.
 *
 * With `workers` it runs this program again in so many processes that share the port: one that crashes is started again,
 * later each time; SIGHUP starts all of them anew, one after the other, without a request being lost. A program calls it
 * once then.
 *
 * A signal closes it; what then still keeps the process alive a second later does so no longer.
 *
 * @throws TypeError when an option makes no sense; Error when something does not start, `createServer` makes no server, or
 *   the port is taken
 */
export const serve = async (createServer: CreateServer, options: ServeOptions = {}): Promise<Serving> => {
  if (typeof createServer !== 'function') {
    throw new TypeError(`serve: expected a function that makes a server, got ${kindOf(createServer)}`)
  }
  checkServeOptions(options)
  const { workers = 1 } = options
  if (workers === 1) return open(createServer, options)
  // Loaded when it is wanted: it listens for messages as soon as it is there.
  const { default: cluster } = await import('node:cluster')
  if (cluster.isPrimary)
    return superviseWorkers(cluster, workers === 'auto' ? availableParallelism() : workers, options)
  const { [portVariable]: port, [folderVariable]: folder } = process.env
  const own = port === undefined ? options : { ...options, port: Number(port) }
  return workFor(cluster, await open(createServer, own, folder))
}

const open = async (createServer: CreateServer, options: ServeOptions, folder?: string): Promise<Listener> => {
  const { signals = ['SIGTERM', 'SIGINT'] } = options
  const listener = await Listener.open(createServer, options, folder)
  const close = async (): Promise<void> => {
    try {
      await listener.close()
    } catch (error) {
      process.exitCode = 1
      options.onError?.(error)
    }
    // What closed in order lets the process end by itself; whatever still holds it then has had its time.
    setTimeout(() => process.exit(), lingerMs).unref()
  }
  const stopHearing = onSignals(signals, { first: () => void close(), again: () => listener.hurry() })
  void listener.closed.then(stopHearing)
  return listener
}

const lingerMs = 1000
