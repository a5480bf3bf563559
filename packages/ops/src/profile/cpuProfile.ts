import type { Clock } from '@millrace/core'
import { inspector } from './session.ts'

/** A CPU profile as V8 writes it, and as Chrome, VS Code and speedscope read it. */
export interface CpuProfile {
  readonly nodes: readonly CpuNode[]
  /** In microseconds. */
  readonly startTime: number
  readonly endTime: number
  readonly samples?: readonly number[]
  /** Microseconds between the samples. */
  readonly timeDeltas?: readonly number[]
}

/** A function at one place of the call tree. */
export interface CpuNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    /** From 0; -1 where there is none. */
    readonly lineNumber: number
  }
  /** In how many samples it was what ran. */
  readonly hitCount?: number
  readonly children?: readonly number[]
}

/**
 * Watches what this thread computes for so long, or until it is stopped.
 *
 * @param everyUs how often it looks, in microseconds
 */
export const cpuProfile = async (
  { forMs, everyUs = 1000 }: { readonly forMs: number; readonly everyUs?: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<CpuProfile> => {
  const session = await inspector()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: everyUs })
    await session.post('Profiler.start')
    await passed(forMs, clock, signal)
    const { profile } = await session.post<{ readonly profile: CpuProfile }>('Profiler.stop')
    return profile
  } finally {
    session.close()
  }
}

/** Resolves when so much time has passed, or somebody has had enough. */
export const passed = (forMs: number, clock: Clock, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = clock.after(forMs, () => end())
    const end = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    if (signal.aborted) return end()
    signal.addEventListener('abort', end)
  })
