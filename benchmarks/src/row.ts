import type { Case, Comparison, Group } from './case.ts'
import { median, noise } from './statistics.ts'

/** One line of the table, and one object of the JSON. */
export interface Row {
  readonly group: string
  readonly name: string
  /** In `unit`; null when it was not measured. */
  readonly median: number | null
  /** `µs` or `ms`, `x` for how many times cheaper, `×` for how many times as much, or what else was counted. */
  readonly unit: string
  /** The median as a multiple of the base's; null for a comparison, and when one of both was not measured. */
  readonly ratioToBase: number | null
  /** What the median must not exceed, or reach when more is better. */
  readonly bar?: number
  /** Whether more is better. @default for `x` only */
  readonly isMoreBetter?: boolean
  /** Whether it does. */
  readonly ok?: boolean
  /** Estimated standard error of the median, in `unit`. */
  readonly noise?: number
  readonly note?: string
}

/** What the processes of a case measured: nanoseconds, a median for each round, or why there are none. */
export type Measured =
  | { readonly rounds: readonly number[] }
  | { readonly unavailable: string }
  | { readonly crashed: string }

/** The rows of a group: its cases, then what is worked out from them. Of what did not run nothing is said. */
export const rowsOf = (group: Group, measured: ReadonlyMap<string, Measured>): Row[] => [
  ...group.cases.flatMap((one) => {
    const own = measured.get(one.name)
    return own === undefined ? [] : [caseRow(group.name, one, own, measured.get(one.base ?? one.name))]
  }),
  ...(group.comparisons ?? []).flatMap((one) => {
    const [of, base] = [measured.get(one.of), measured.get(one.with)]
    return of === undefined || base === undefined ? [] : [comparisonRow(group, one, of, base)]
  }),
]

/** Whether a median meets its bar: at most, or at least for `x`. */
export const meets = (value: number, unit: string, bar: number): boolean => (unit === 'x' ? value >= bar : value <= bar)

/** Whether a row stands for something that broke, and not for something that this machine lacks. */
export const hasCrashed = ({ note }: Row): boolean => note?.startsWith('crashed: ') === true

const caseRow = (group: string, { name, unit = 'µs', bar, note }: Case, own: Measured, base?: Measured): Row => {
  const rounds = roundsOf(own).map((ns) => ns / nsIn[unit])
  const ratio = median(roundsOf(own)) / median(base === undefined ? [] : roundsOf(base))
  return row({ group, name, unit, note: noteOf(own) ?? note }, rounds, median(rounds), bar, ratio)
}

const comparisonRow = (
  group: Group,
  { name, as, bar, note, ...sides }: Comparison,
  of: Measured,
  base: Measured,
): Row => {
  const caseUnit = group.cases.find((one) => one.name === sides.of)?.unit ?? 'µs'
  const unit = as === 'cheaper' ? 'x' : as === 'times' ? '×' : caseUnit
  const compare = (a: number, b: number) =>
    as === 'cheaper' ? b / a : as === 'times' ? a / b : (a - b) / nsIn[caseUnit]
  const [left, right] = [roundsOf(of), roundsOf(base)]
  // Round for round, as the two took turns: what disturbed both cancels out.
  const rounds = left.slice(0, right.length).map((ns, index) => compare(ns, right[index] as number))
  const value = compare(median(left), median(right))
  return row({ group: group.name, name, unit, note: noteOf(of) ?? noteOf(base) ?? note }, rounds, value, bar)
}

const row = (
  { note, ...about }: { group: string; name: string; unit: string; note: string | undefined },
  rounds: readonly number[],
  value: number,
  bar?: number,
  ratio: number = NaN,
): Row => {
  const isMeasured = Number.isFinite(value)
  const error = noise(rounds)
  return {
    ...about,
    median: isMeasured ? value : null,
    ratioToBase: Number.isFinite(ratio) ? ratio : null,
    ...(bar === undefined ? {} : { bar }),
    ...(bar === undefined || !isMeasured ? {} : { ok: meets(value, about.unit, bar) }),
    ...(error === undefined || !isMeasured ? {} : { noise: error }),
    ...(note === undefined ? {} : { note }),
  }
}

const roundsOf = (measured: Measured): readonly number[] => ('rounds' in measured ? measured.rounds : [])

const noteOf = (measured: Measured): string | undefined => {
  if ('unavailable' in measured) return `not run: ${measured.unavailable}`
  return 'crashed' in measured ? `crashed: ${measured.crashed}` : undefined
}

const nsIn = { µs: 1e3, ms: 1e6 } as const
