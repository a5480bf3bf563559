import type { Flags } from './flags.ts'
import type { Result } from './results.ts'
import type { Job, Run } from './run.ts'
import { failures } from './verdict.ts'

/** Lines that belong under one heading. */
export interface Remark {
  readonly title: string
  readonly lines: readonly string[]
}

// Enough to see what a server complained of first.
const maxLogLines = 12

/**
 * What there is to say below the table: every fault, and the beginning of what the servers of failed runs wrote; when
 * verbose also every check that did not pass and all that every server wrote.
 */
export function remarks(
  runs: readonly Run[],
  results: readonly Result[],
  { verbose }: Pick<Flags, 'verbose'>,
): Remark[] {
  const judged = results.map(({ job, label, round, faults }) => {
    return { title: `${heading(job)}, ${label}`, lines: [...faults, ...(verbose && round ? failures(round) : [])] }
  })
  const written = runs.map(({ job, log }) => {
    const isFailed = results.some((result) => result.job === job && result.faults.length > 0)
    const lines = log.split('\n').filter((line) => line.trim() !== '')
    const shown = verbose ? lines : lines.slice(0, isFailed ? maxLogLines : 0)
    return { title: `${heading(job)}, ${job.variant}, the server wrote`, lines: shown }
  })
  return [...judged, ...written].filter(({ lines }) => lines.length > 0)
}

function heading({ line, suite }: Job): string {
  return `${line}, ${suite.title}`
}
