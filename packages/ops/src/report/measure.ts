import type { Clock } from '@millrace/core'
import type { Metrics } from '@millrace/metrics'
import { addedUp } from '../calls/timeSplit.ts'
import { cpuProfile } from '../profile/cpuProfile.ts'
import { census, growth } from './census.ts'
import { cpuShares } from './cpuShares.ts'
import { ofCaches } from './findings/caches.ts'
import { ofLimits } from './findings/limits.ts'
import { ofOperations } from './findings/operations.ts'
import { ofProcess } from './findings/process.ts'
import type { OperationRecord } from './operationRecord.ts'
import type { SlowCalls } from '../slow/slowCalls.ts'
import { PoolSamples } from './poolSamples.ts'
import { Recorder } from './recorder.ts'
import type { OperationReport, OpsReport } from './report.ts'

/** What is measured, and for how long. */
export interface MeasureOptions {
  readonly forMs: number
  /** Whether the heap is counted by class before and after, which holds up the process each time. */
  readonly hasMemory: boolean
  /** From which 95th percentile on an operation is slow. */
  readonly slowMs: number
  readonly clock: Clock
  /** Measures no longer than until this. */
  readonly signal: AbortSignal
  readonly slow: Pick<SlowCalls, 'answer'> | undefined
}

/** Measures for a while, and says what could be better. Nobody pays for it before or after. */
export const measure = async (
  { look, registry }: Pick<Metrics, 'look' | 'registry'>,
  { forMs, hasMemory, slowMs, clock, signal, slow }: MeasureOptions,
): Promise<OpsReport> => {
  const { monitorEventLoopDelay } = await import('node:perf_hooks')
  const before = hasMemory ? await census() : undefined
  const heapBefore = process.memoryUsage().heapUsed
  const at = clock.now()
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const recorder = new Recorder(look, clock)
  const pools = new PoolSamples(registry, () => clock.now())
  const stopSampling = every(sampleMs, clock, () => pools.take())
  const profile = await cpuProfile({ forMs }, clock, signal).finally(() => {
    recorder.end()
    stopSampling()
    pools.end()
    delay.disable()
  })
  await pools.take()
  const tookMs = clock.now() - at
  // Whoever has gone does not need the process held up once more.
  const classes = before === undefined || signal.aborted ? undefined : growth(before, await census())
  const operations = recorder.all()
  const calls = operations.reduce((sum, one) => sum + one.calls, 0)
  const totalMs = operations.reduce((sum, one) => sum + one.totalMs, 0)
  const cpu = cpuShares(profile)
  const loopDelayP99Ms = delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - resolution)
  const heapUsedBytes = process.memoryUsage().heapUsed
  return {
    at,
    tookMs,
    calls,
    findings: [
      ...ofOperations(operations, slowMs),
      ...ofProcess({ calls, loopDelayP99Ms, cpu, classes }),
      ...ofLimits(pools.all(), recorder.queues.all()),
      ...ofCaches(operations, recorder.evictions),
    ],
    time: addedUp(operations.map(({ time }) => time)),
    sdkCpuMs: cpu.shares.sdk * tookMs,
    cpu,
    loopDelayP99Ms,
    operations: operations.slice(0, shownOperations).map((one) => reportOf(one, totalMs)),
    slowCalls: (slow?.answer.calls ?? []).filter((one) => one.at + one.tookMs >= at),
    pools: pools.all(),
    queues: recorder.queues.all(),
    memory: { heapUsedBytes, grewBytes: heapUsedBytes - heapBefore, classes },
  }
}

const reportOf = (one: OperationRecord, totalMs: number): OperationReport => ({
  operation: one.operation,
  calls: one.calls,
  failed: one.failed,
  p50Ms: one.percentile(0.5),
  p95Ms: one.percentile(0.95),
  maxMs: one.percentile(1),
  share: totalMs === 0 ? 0 : one.totalMs / totalMs,
  time: one.time,
  hits: one.hits,
  misses: one.misses,
})

/** Does something again and again, once it is done, until it is stopped. */
const every = (ms: number, clock: Clock, run: () => Promise<void>): (() => void) => {
  let isStopped = false
  const again = (): void => {
    if (!isStopped) timer = clock.after(ms, () => void run().then(again, again))
  }
  let timer = clock.after(ms, () => void run().then(again, again))
  return () => {
    isStopped = true
    timer.cancel()
  }
}

const sampleMs = 250
const resolution = 10
const shownOperations = 50
