import type { Counts, Frame } from '../sampling/frame.ts'
import type { Period } from '../sampling/period.ts'
import { figuresOf } from './figures.ts'
import type { Figures } from './figures.ts'

/** One operation in the table: the last minute, and how it was in the minute before. */
export interface ToolView extends Figures {
  readonly operation: string
  readonly p95BeforeMs: number | undefined
  /** Calls since the process began. */
  readonly callsEver: number
  /** What the cache has spared since the process began, in seconds. */
  readonly savedSecondsEver: number
  /** Calls a second over the last minutes, oldest first. */
  readonly course: readonly number[]
}

/** The operations with the most calls first: those of the last minute, then those of ever. */
export const toolsOf = (
  frame: Frame,
  now: ReadonlyMap<string, Period>,
  before: ReadonlyMap<string, Period> | undefined,
  frames: readonly Frame[],
): ToolView[] => {
  const all = Array.from(now, ([operation, period]) => {
    const counts = frame.operations.get(operation)!
    const earlier = before?.get(operation)
    return {
      operation,
      ...figuresOf(period, frame),
      p95BeforeMs: earlier === undefined ? undefined : figuresOf(earlier, frame).p95Ms,
      callsEver: callsOf(counts),
      savedSecondsEver: counts.savedSeconds,
      course: courseOf(operation, frames),
    }
  })
  return all
    .filter(({ callsEver }) => callsEver > 0)
    .sort((a, b) => b.calls - a.calls || b.callsEver - a.callsEver || a.operation.localeCompare(b.operation))
}

const callsOf = (counts: Counts | undefined): number => {
  let calls = 0
  for (const count of counts?.outcomes.values() ?? []) calls += count
  return calls
}

const courseOf = (operation: string, frames: readonly Frame[]): number[] =>
  frames.slice(1).map((frame, index) => {
    const earlier = frames[index]!
    const rise = callsOf(frame.operations.get(operation)) - callsOf(earlier.operations.get(operation))
    return Math.max(0, rise) / Math.max(0.001, (frame.at - earlier.at) / 1000)
  })
