import type { TimeSplit } from '../calls/timeSplit.ts'
import type { SlowCall } from '../slow/slowCall.ts'
import type { CpuShares } from './cpuShares.ts'
import type { Growth } from './census.ts'
import type { Finding } from './finding.ts'
import type { PoolRecord } from './poolSamples.ts'
import type { QueueRecord } from './queueRecords.ts'

/** One operation, while it was measured. */
export interface OperationReport {
  readonly operation: string
  readonly calls: number
  readonly failed: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  /** Which part of the time of all calls, from 0 to 1. */
  readonly share: number
  readonly time: TimeSplit
  readonly hits: number
  readonly misses: number
}

/** What a server spent its time and memory on while it was measured, and what could be better. */
export interface OpsReport {
  /** In milliseconds since 1970. */
  readonly at: number
  readonly tookMs: number
  readonly calls: number
  /** The worst first. */
  readonly findings: readonly Finding[]
  readonly time: TimeSplit
  /** Processor time of the main thread that the SDK took, in milliseconds; part of it is within `handlerMs`. */
  readonly sdkCpuMs: number
  readonly cpu: CpuShares
  readonly loopDelayP99Ms: number
  /** Those that took most time first. */
  readonly operations: readonly OperationReport[]
  /** Calls above the threshold of `slowCalls` that have ended meanwhile, latest first; none where nobody keeps them. */
  readonly slowCalls: readonly SlowCall[]
  readonly pools: readonly PoolRecord[]
  readonly queues: readonly QueueRecord[]
  readonly memory: {
    readonly heapUsedBytes: number
    readonly grewBytes: number
    /** Undefined where nobody wanted to know. */
    readonly classes: readonly Growth[] | undefined
  }
}
