import type { Growth } from '../census.ts'
import type { CpuShares } from '../cpuShares.ts'
import { duration, percent, short } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** What was measured of the process. */
export interface ProcessNumbers {
  readonly calls: number
  readonly loopDelayP99Ms: number
  readonly cpu: CpuShares
  /** Undefined where nobody wanted to know. */
  readonly classes: readonly Growth[] | undefined
}

/** Classes that grow with every call, and what holds up the event loop. */
export const ofProcess = ({ calls, loopDelayP99Ms, cpu, classes = [] }: ProcessNumbers): readonly Finding[] => [
  ...classes.flatMap((one) => grows(one, calls)),
  ...(loopDelayP99Ms > lateMs ? blocked(loopDelayP99Ms, cpu) : []),
]

const grows = ({ name, objects, grewObjects, grewBytes }: Growth, calls: number): readonly Finding[] => {
  const perCall = grewObjects / Math.max(1, calls)
  // What V8 keeps for itself, and text that belongs to something else.
  if (name.startsWith('(') || name.startsWith('system /') || grewObjects < fewest || perCall < leakRatio) return []
  const text = `There are ${grewObjects} more than before, ${short(perCall)} for each call, ${objects} in all; they take ${short(grewBytes / 1024)} KB more.`
  const recommendation =
    'Something keeps them: two heap snapshots show what. Bound what is kept, or drop it when the call ends.'
  return [{ kind: 'memoryGrows', of: name, text, recommendation, value: perCall }]
}

const blocked = (lateByMs: number, { functions: [top] }: CpuShares): readonly Finding[] => {
  if (top === undefined) return []
  const text = `One of 100 turns of the event loop was ${duration(lateByMs)} late; ${top.name} (${top.at}) computed for ${percent(top.share)} of the time.`
  const recommendation = 'Take it off the event loop with workers(), or do it in pieces.'
  return [{ kind: 'loopBlocked', of: top.name, text, recommendation, value: lateByMs }]
}

const fewest = 50
const leakRatio = 0.05
const lateMs = 50
