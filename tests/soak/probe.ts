// Loaded into a program beside its own code: says how it is, right after its garbage has been collected.
import { setTimeout as wait } from 'node:timers/promises'

/** What a process takes. */
export interface Taken {
  readonly heapBytes: number
  readonly rssBytes: number
  /** Connections, those to a database included. */
  readonly sockets: number
}

const look = async (): Promise<Taken> => {
  // Twice, as what has a finaliser goes only the second time.
  globalThis.gc?.()
  await wait(10)
  globalThis.gc?.()
  const sockets = process.getActiveResourcesInfo().filter((kind) => /^(?:TCPSocket|Pipe)Wrap$/.test(kind)).length
  return { heapBytes: process.memoryUsage().heapUsed, rssBytes: process.memoryUsage.rss(), sockets }
}

process.on('message', () => void look().then((taken) => process.send?.(taken)))
// Who looks does not keep it alive.
process.channel?.unref()
