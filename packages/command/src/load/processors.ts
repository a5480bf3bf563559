import { cpus } from 'node:os'

/** What the processors of this machine have done since it was started, in a unit of their own. */
export interface ProcessorTime {
  readonly idle: number
  readonly all: number
}

/** Reads it. */
export const processorTime = (): ProcessorTime => {
  const sums = { idle: 0, all: 0 }
  for (const { times } of cpus()) {
    sums.idle += times.idle
    sums.all += times.idle + times.user + times.nice + times.sys + times.irq
  }
  return sums
}

/** The share of it that nobody used from then to now; 1 where the system does not tell. */
export const idleRatio = (then: ProcessorTime, now: ProcessorTime): number =>
  now.all > then.all ? (now.idle - then.idle) / (now.all - then.all) : 1
