import { score } from './compare.ts'
import type { Job, Round, Run } from './run.ts'
import { variants } from './variants.ts'
import { faults } from './verdict.ts'

/** One line of the table: a round, or what stands for one that did not come to its end. */
export interface Result {
  readonly job: Job
  /** The variant and, where it has several rounds, which one. */
  readonly label: string
  readonly round?: Round | undefined
  /** What is wrong, one line each. */
  readonly faults: readonly string[]
}

/** Judges every round of every run against the bare run of the same line and suite. */
export function resultsOf(runs: readonly Run[]): Result[] {
  return runs.flatMap((run) => {
    const bare = runs.find(({ job }) => job.variant === 'bare' && isSameServer(job, run.job))?.rounds[0]
    return labels(run.job).map((label, index): Result => {
      const round = run.rounds[index]
      const base = { job: run.job, label, round }
      if (round === undefined) return { ...base, faults: [run.failure ?? 'did not run'] }
      if (bare === undefined) return { ...base, faults: ['there is no bare run to compare with'] }
      return { ...base, faults: faults(run.job, round, bare) }
    })
  })
}

/** What the rounds of a job are called in the table. */
export function labels({ variant }: Job): string[] {
  return Array.from({ length: variants[variant].rounds }, (_, index) => {
    return index === 0 ? variant : `${variant} (round ${index + 1})`
  })
}

/** What the cells of a result are. */
export const heading: readonly string[] = [
  'line',
  'suite',
  'variant',
  'passed',
  'failed',
  'scenarios',
  'calls',
  'handled',
  'verdict',
]

/** The cells of a result, in the order of the heading. */
export function cellsOf({ job, label, round, faults }: Result): (string | number)[] {
  const { line, suite, variant } = job
  const verdict = faults.length > 0 ? 'FAILED' : variant === 'bare' ? 'as the reference' : 'as bare'
  if (round === undefined) return [line, suite.title, label, '-', '-', '-', '-', '-', verdict]
  const { passed, failed, scenarios } = score(round.report.checks)
  const { seen, handled } = round.calls
  const calls = variant === 'bare' ? ['-', '-'] : [seen, handled]
  return [line, suite.title, label, passed, failed, scenarios, ...calls, verdict]
}

function isSameServer(one: Job, other: Job): boolean {
  return one.line === other.line && one.suite === other.suite
}
