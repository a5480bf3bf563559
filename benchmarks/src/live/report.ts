import { aligned } from '../table.ts'
import type { Checks } from './check.ts'
import type { Variant } from './plan.ts'
import type { Summary } from './summary.ts'

/** What one run came to. */
export interface Outcome {
  readonly variant: Variant
  readonly overload: Summary
  /** From the second in which the load is over. */
  readonly after: Summary
  readonly checks: Checks
  readonly peakRssBytes: number
  /** What callers were told that got no answer, the most frequent first. */
  readonly said: ReadonlyArray<readonly [words: string, times: number]>
}

/** The outcomes side by side, as text. */
export const reportOf = (outcomes: readonly Outcome[]): string => {
  const line = (name: string, cell: (outcome: Outcome) => string): readonly string[] => [name, ...outcomes.map(cell)]
  const share = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`
  const ms = (value: number): string => (Number.isNaN(value) ? '-' : `${value.toFixed(0)} ms`)
  const lines = [
    line('', ({ variant }) => `${variant} the layers`),
    line('asked, per second', ({ overload }) => overload.askedPerS.toFixed(1)),
    line('answered in time, per second', ({ overload }) => overload.answeredPerS.toFixed(1)),
    line('p50 of the answers', ({ overload }) => ms(overload.p50Ms)),
    line('p99 of the answers', ({ overload }) => ms(overload.p99Ms)),
    line('refused', ({ overload }) => share(overload.kinds.refused)),
    line('refused within, p50', ({ overload }) => ms(overload.refusalP50Ms)),
    line('refused within, p99', ({ overload }) => ms(overload.refusalP99Ms)),
    line('caller gave up', ({ overload }) => share(overload.kinds.gaveUp)),
    line('failed', ({ overload }) => share(overload.kinds.failed + overload.kinds.unreachable)),
    line('answered in time afterwards', ({ after }) => share(after.kinds.answered)),
    line('SDK client: right, refused, too late, wrong', ({ checks }) =>
      [checks.right, checks.refused, checks.timedOut, checks.wrong.length].join(', '),
    ),
    line('most memory of the server', ({ peakRssBytes }) => `${(peakRssBytes / 2 ** 20).toFixed(0)} MB`),
  ]
  const said = outcomes.flatMap(({ variant, said: all }) => [
    `What callers were told ${variant} the layers:`,
    ...all.slice(0, 5).map(([words, times]) => `${String(times).padStart(7)}  ${words}`),
    '',
  ])
  return [...aligned(lines, { has: (column) => column > 0 }), '', ...said].join('\n').trimEnd()
}
