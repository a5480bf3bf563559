import type { Cluster } from 'node:cluster'

/**
 * The ports to try, in order. Processes that share one program, as `serve({ workers })` and `node:cluster` have them, cannot
 * share this one: whoever asks would get another process each time. The first process has the port itself, and each
 * worker the first above it that is free, so that the successor of one that has ended is found where that was.
 */
export const portsOf = (port: number, isWorker: boolean = isClusterWorker()): readonly number[] => {
  if (port === 0 || !isWorker) return [port]
  const last = Math.min(65_535, port + maxWorkers)
  return Array.from({ length: last - port }, (_port, index) => port + 1 + index)
}

// Loaded when there is somebody to speak to: as soon as it is there, it listens for messages.
const isClusterWorker = (): boolean =>
  process.connected && (process.getBuiltinModule('node:cluster') as unknown as Cluster).isWorker

const maxWorkers = 256
