import type { Growth } from '../census.ts'
import type { CpuOwner, CpuShares } from '../cpuShares.ts'
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

/** Names what computed most, whoever wrote it: a function of the server's own that took less holds nobody up. */
const blocked = (lateByMs: number, { busiest: [top], shares }: CpuShares): readonly Finding[] => {
  const late = `One of 100 turns of the event loop was ${duration(lateByMs)} late`
  const isNamed = top !== undefined && top.share >= namedRatio * (1 - shares.idle)
  const text = isNamed
    ? `${late}; ${top.name}${top.at === '' ? '' : ` (${top.at})`} computed for ${percent(top.share)} of the time.`
    : `${late}; no single function stands out in the ${percent(1 - shares.idle)} of the time that was computed.`
  const recommendation = isNamed ? helps[top.owner] : helps.idle
  return [{ kind: 'loopBlocked', of: isNamed ? top.name : 'event loop', text, recommendation, value: lateByMs }]
}

const own = 'Take it off the event loop with workers(), or do it in pieces.'
const others = 'A CPU profile shows who calls it: give it less to do, or take it off the event loop with workers().'
const helps: { readonly [Owner in CpuOwner]: string } = {
  own,
  sdk: others,
  millrace: others,
  drivers: others,
  libraries: others,
  node: others,
  gc: 'It collects garbage for that long: make less of it, keep less, or give the process a larger heap.',
  idle: 'Look whether the machine has other work to do; a CPU profile taken when it happens shows what computes.',
}

const fewest = 50
const leakRatio = 0.05
const lateMs = 50
/** Which part of what was computed something must be to be called the cause. */
const namedRatio = 0.2
