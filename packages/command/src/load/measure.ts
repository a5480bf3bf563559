import { performance } from 'node:perf_hooks'
import type { Clock } from '@millrace/core'
import type { Mix } from '../mix/mix.ts'
import type { Lane } from '../wire/lane.ts'
import type { Server } from '../wire/server.ts'
import { closedLoop } from './closedLoop.ts'
import { Latencies } from './latencies.ts'
import type { LatencySummary } from './latencies.ts'
import { idleRatio, processorTime } from './processors.ts'
import { openLoop } from './openLoop.ts'
import { Recorder } from './recorder.ts'

/** How much load, and for how long. */
export interface LoadOptions {
  /** Connections, on each of which one call runs at a time. */
  readonly concurrency: number
  /** Calls a second that come whatever the server does; undefined: as many as the connections carry. */
  readonly ratePerSecond?: number | undefined
  readonly warmUpMs: number
  readonly durationMs: number
  readonly timeoutMs: number
}

/** What a load has shown. */
export interface Measured {
  readonly recorder: Recorder
  /** How long was measured, milliseconds: less than asked for when the load ended early. */
  readonly lengthMs: number
  /** Why it ended early. */
  readonly endedEarly: string | undefined
  /** Share of the time that this process itself was busy, where the load was as fast as possible. */
  readonly busyRatio: number | undefined
  /** How late calls were sent that should come at a rate. */
  readonly lag: LatencySummary | undefined
  /** How long such calls waited for a connection to be free. */
  readonly waited: LatencySummary | undefined
  /** Share of the processors of this machine that nobody used. */
  readonly idleRatio: number
}

/** Sees how far a load is. */
export type OnProgress = (elapsedMs: number, recorder: Recorder) => void

/** Loads a server. @param stop ends the load when it is aborted; what was measured so far counts */
export const measure = async (
  {
    server,
    lanes,
    mix,
    clock,
    stop,
  }: {
    readonly server: Server
    readonly lanes: readonly Lane[]
    readonly mix: Mix
    readonly clock: Clock
    readonly stop: AbortSignal
  },
  { ratePerSecond, warmUpMs, durationMs, timeoutMs }: LoadOptions,
  onProgress: OnProgress = () => {},
): Promise<Measured> => {
  const startedAt = clock.now()
  const from = startedAt + warmUpMs
  const recorder = new Recorder({ from, to: from + durationMs }, mix.operations)
  const endedEarly = () => (stop.aborted ? interruption(recorder.pending) : server.gone())
  const load = { lanes, mix, recorder, clock, timeoutMs, isOver: () => endedEarly() !== undefined }
  const ticking = setInterval(() => onProgress(clock.now() - startedAt, recorder), 250)
  const interrupted = abortionOf(stop)
  const before = performance.eventLoopUtilization()
  const processorsBefore = processorTime()
  try {
    const timing = { lag: new Latencies(), waited: new Latencies() }
    const isOpen = ratePerSecond !== undefined
    const loop = isOpen ? openLoop(load, ratePerSecond, timing) : closedLoop(load)
    // Who has had enough does not wait for a server that hangs.
    await Promise.race([loop, interrupted.promise])
    const { utilization } = performance.eventLoopUtilization(before)
    const lengthMs = Math.min(durationMs, Math.max(0, clock.now() - from))
    return {
      recorder,
      lengthMs,
      endedEarly: lengthMs < durationMs || recorder.pending > 0 ? endedEarly() : undefined,
      busyRatio: isOpen ? undefined : utilization,
      lag: isOpen ? timing.lag.summary() : undefined,
      waited: isOpen ? timing.waited.summary() : undefined,
      idleRatio: idleRatio(processorsBefore, processorTime()),
    }
  } finally {
    interrupted.forget()
    clearInterval(ticking)
  }
}

const interruption = (pending: number): string =>
  pending === 0
    ? 'it was interrupted'
    : `it was interrupted, with ${pending} ${pending === 1 ? 'call' : 'calls'} unanswered`

const abortionOf = (stop: AbortSignal): { readonly promise: Promise<void>; forget(): void } => {
  let onAbort = () => {}
  const promise = new Promise<void>((resolve) => (onAbort = resolve))
  stop.addEventListener('abort', onAbort)
  return { promise, forget: () => stop.removeEventListener('abort', onAbort) }
}
