import type { ProcessReading } from '../sampling/processReading.ts'

/** One of several processes that serve together. */
export interface WorkerView {
  /** Which one, from 1. */
  readonly worker: number
  readonly pid: number | undefined
  /** `missing` when there is none in its place. */
  readonly state: 'starting' | 'ready' | 'closing' | 'missing'
  /** Why nothing is known of it; undefined when something is. */
  readonly fault: string | undefined
  readonly uptimeSeconds: number | undefined
  /** Calls a second since it was last asked; undefined the first time. */
  readonly rate: number | undefined
  readonly inFlight: number | undefined
  readonly process: ProcessReading | undefined
}

/** What several processes take together; of the event loops the one that is worst off. */
export const processOfAll = (all: readonly ProcessReading[]): ProcessReading => ({
  cpuPercent: sum(all, 'cpuPercent'),
  rssBytes: sum(all, 'rssBytes'),
  heapUsedBytes: sum(all, 'heapUsedBytes'),
  heapTotalBytes: sum(all, 'heapTotalBytes'),
  heapLimitBytes: sum(all, 'heapLimitBytes'),
  externalBytes: sum(all, 'externalBytes'),
  loopUtilization: most(all, 'loopUtilization'),
  loopDelayP99Ms: most(all, 'loopDelayP99Ms'),
  loopDelayMaxMs: most(all, 'loopDelayMaxMs'),
})

const sum = (all: readonly ProcessReading[], of: keyof ProcessReading): number =>
  all.reduce((total, one) => total + one[of], 0)

const most = (all: readonly ProcessReading[], of: keyof ProcessReading): number =>
  all.reduce((highest, one) => Math.max(highest, one[of]), 0)
