import { ms } from './numbers.ts'
import type { LatencySummary } from '../load/latencies.ts'
import type { LoadOptions, Measured } from '../load/measure.ts'
import type { Failed } from '../load/recorder.ts'
import type { Interval } from '../load/series.ts'
import type { Server } from '../wire/server.ts'

/** What `millrace bench --json` writes. Times are milliseconds. */
export interface Report {
  readonly startedAt: string
  readonly target: string
  readonly server: string
  readonly transport: 'http' | 'stdio'
  readonly protocol: string
  readonly load: {
    /** `closed`: the next call goes out when one is answered. `open`: calls come at a rate. */
    readonly kind: 'closed' | 'open'
    readonly concurrency: number
    readonly ratePerSecond?: number
    readonly warmUpMs: number
    readonly durationMs: number
    readonly timeoutMs: number
    readonly seed: number
  }
  /** How long was measured: less than asked for when the load ended early. */
  readonly measuredMs: number
  /** Calls that began in that time. */
  readonly calls: number
  readonly failed: number
  readonly errorRatio: number
  /** Good answers that came in that time, by the second: what was refused or failed makes no rate. */
  readonly ratePerSecond: number
  readonly bytesPerSecond: number
  /** Of good answers. */
  readonly latency: LatencySummary
  /** Of calls that failed. */
  readonly failedLatency: LatencySummary
  /** Percent and milliseconds, of good answers. */
  readonly curve: ReadonlyArray<readonly [percent: number, ms: number]>
  readonly operations: ReadonlyArray<{
    readonly operation: string
    readonly failed: number
    readonly latency: LatencySummary
  }>
  readonly errors: readonly Failed[]
  readonly intervals: readonly Interval[]
  /** What the reader should know before believing the numbers. */
  readonly notes: readonly string[]
}

/** The report of a load. @param notes what was noticed before it */
export const reportOf = (
  server: Server,
  options: LoadOptions & { readonly seed: number; readonly startedAt: Date },
  measured: Measured,
  notes: readonly string[],
): Report => {
  const { recorder, lengthMs } = measured
  const { concurrency, ratePerSecond, warmUpMs, durationMs, timeoutMs, seed } = options
  const good = recorder.answered.count
  const failed = recorder.failing.count
  const seconds = Math.max(lengthMs, 1) / 1000
  return {
    startedAt: options.startedAt.toISOString(),
    target: server.target,
    server: server.name,
    transport: server.transport,
    protocol: server.era.revision,
    load: {
      kind: ratePerSecond === undefined ? 'closed' : 'open',
      concurrency,
      ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
      warmUpMs,
      durationMs,
      timeoutMs,
      seed,
    },
    measuredMs: lengthMs,
    calls: good + failed,
    failed,
    errorRatio: good + failed === 0 ? 0 : failed / (good + failed),
    ratePerSecond: recorder.completed / seconds,
    bytesPerSecond: recorder.bytes / seconds,
    latency: recorder.answered.summary(),
    failedLatency: recorder.failing.summary(),
    curve: recorder.answered.curve(),
    operations: recorder.operations.map(({ operation, failed, latencies }) => ({
      operation,
      failed,
      latency: latencies.summary(),
    })),
    errors: recorder.failures(),
    intervals: recorder.series.intervals(recorder.window.from + lengthMs),
    notes: [...notes, ...doubts(server, measured)],
  }
}

const doubts = (server: Server, { endedEarly, busyRatio, lag, waited, idleRatio, recorder }: Measured): string[] => {
  const notes: string[] = []
  if (endedEarly !== undefined) notes.push(`The load ended early: ${endedEarly}.`)
  if (busyRatio !== undefined && busyRatio > 0.95) {
    notes.push(
      `This process was busy ${Math.round(busyRatio * 100)} % of the time: the server may be faster than what was measured.`,
    )
  }
  // What is added to a percentile is told when it is more than a tenth of it.
  const { answered } = recorder
  if (
    lag !== undefined &&
    (lag.p50 > answered.percentile(50) / 10 || lag.p99 > Math.max(1, answered.percentile(99) / 10))
  ) {
    notes.push(
      `Calls were sent ${ms(lag.p50)} ms late (p50), ${ms(lag.p99)} ms (p99), which the latencies include: this process, or the machine, is overloaded.`,
    )
  }
  if (waited !== undefined && waited.p99 > Math.max(1, answered.percentile(99) / 10)) {
    notes.push(
      `Calls waited up to ${ms(waited.p99)} ms (p99) for a free connection, which the latencies include: give a higher --concurrency, or the server cannot keep up.`,
    )
  }
  if (idleRatio < 0.05) {
    notes.push(
      'No processor of this machine was free meanwhile: a server that shares them with this process, and with whatever else runs here, may be faster than what was measured.',
    )
  }
  if (server.garbage() > 0) {
    notes.push(`${server.garbage()} lines on the server's stdout were no JSON-RPC: nothing else may be written there.`)
  }
  return notes
}
