import type { Recorded } from './call.ts'
import { Callers } from './callers.ts'
import { liveIn } from './globals.ts'
import type { Scenario } from './scenario.ts'
import { Server } from './server.ts'
import type { Subject } from './subject.ts'
import { VirtualTime } from './time.ts'

/** What happened in one simulation. */
export interface Simulated {
  /** All calls, in the order in which they arrived, each with its end. */
  readonly calls: readonly Recorded[]
  /** The subject's limit at every tenth of a second; empty where it does not tell. */
  readonly limits: readonly number[]
}

/**
 * Puts a subject through a scenario, in virtual time. The whole process lives in that time meanwhile: one at a time.
 *
 * @throws what the subject threw, when that was no refusal
 */
export const simulate = async (subject: Subject, scenario: Scenario, seed: number): Promise<Simulated> => {
  const time = new VirtualTime()
  const leave = liveIn(time)
  try {
    const faults: unknown[] = []
    const guard = await subject.open({
      limit: scenario.limit,
      isLimitInitial: scenario.isLimitInitial ?? false,
      hasPriorities: scenario.priorities !== undefined,
      time,
    })
    const server = new Server(time, scenario.server)
    const callers = new Callers({ scenario, seed, time, server, guard, onFault: (error) => faults.push(error) })
    for (const { fromS, slowdown = 1 } of scenario.phases) {
      time.after(fromS * 1000, () => {
        server.slowdown = slowdown
      })
    }
    const limits: number[] = []
    const sample = (): void => {
      limits.push(guard.limit?.() ?? NaN)
      time.after(100, sample)
    }
    if (guard.limit !== undefined) sample()
    // They go on arriving for a while after what counts, so that the last ones that count have no easier time.
    const arrivingMs = scenario.untilS * 1000 + Math.min(scenario.patienceMs, 1000)
    callers.arrive(arrivingMs)
    const patienceMs = Math.min(scenario.patienceMs, 60_000)
    const endsAt = time.now() + arrivingMs + patienceMs + longestPauseMs(scenario) + 1
    while (time.now() < endsAt && faults.length === 0) await time.pass(1000)
    if (faults.length > 0) throw faults[0]
    return { calls: callers.calls, limits }
  } finally {
    leave()
  }
}

/** How long the last caller may go on asking again. */
const longestPauseMs = ({ retries, patienceMs }: Scenario): number =>
  retries === undefined
    ? 0
    : retries.most * (patienceMs + (retries.isHintHeeded === true ? longestHintMs : 0)) +
      retries.pauseMs * (2 ** retries.most - 1)

/** What `retry()` takes a hint for, unless it is told otherwise. */
const longestHintMs = 10_000
