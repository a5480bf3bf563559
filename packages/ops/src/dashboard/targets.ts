import { checkOptions, number } from '@millrace/core'
import type { Targets } from '@millrace/metrics'

/** What `targets()` gives. */
export type TargetsSource = Pick<Targets, 'goals' | 'check'>

/** What the server is meant to reach. */
export type Goals = Targets['goals']

/** What is breached of it. */
export interface Breach {
  readonly target: keyof Goals
  readonly goal: number
  readonly value: number
  /** What was measured, where there are several. */
  readonly of: string | undefined
}

/** What is meant to be reached, and who says whether it is. */
export interface Aims {
  readonly goals: Goals
  /** What is breached; undefined where nobody but the dashboard looks. */
  readonly breaches?: () => readonly Breach[]
}

/** @throws TypeError when a goal makes no sense */
export const aimsOf = (given: TargetsSource | Goals): Aims => {
  if (!isSource(given)) {
    checkOptions('ops.dashboard.targets', given, checks)
    return { goals: given }
  }
  const breaches = (): Breach[] =>
    given
      .check()
      .flatMap(({ target, goal, value, of, isBreached }) =>
        isBreached && value !== undefined ? [{ target, goal, value, of }] : [],
      )
  return { goals: given.goals, breaches }
}

const isSource = (given: TargetsSource | Goals): given is TargetsSource => 'check' in given

const ratio = number({ min: 0, max: 1 })

const checks = {
  p95Ms: number({ min: 0 }),
  p99Ms: number({ min: 0 }),
  successRatio: ratio,
  hitRatio: ratio,
  poolUseRatio: ratio,
}
