import { percentile } from '../overload/measure.ts'
import { aligned } from '../table.ts'
import type { Call } from './calls.ts'

/** What one fault came to. */
export interface Outcome {
  readonly name: string
  readonly calls: readonly Call[]
  /** When it struck, and when it was over, in milliseconds of `performance.now()`. */
  readonly fromMs: number
  readonly untilMs: number
  /** Rows that were said to be kept and are not there once, or were never asked for. */
  readonly wrongRows: number
  /** Sessions of the pool on the server, before and after. */
  readonly sessions: readonly [before: number, after: number]
  /** Nobody holds a connection or waits for one once the load is over. */
  readonly isQuiet: boolean
}

/** Whether nothing was wrong or lost, and everything is as it was. */
export const isSound = (outcome: Outcome): boolean => {
  const { calls, wrongRows, isQuiet } = outcome
  const [before, after] = outcome.sessions
  return (
    calls.every(({ kind }) => kind !== 'wrong' && kind !== 'lost') && wrongRows === 0 && isQuiet && before === after
  )
}

/** All outcomes as text: a line each, then what callers were told. */
export const reportOf = (outcomes: readonly Outcome[]): string => {
  const heading = ['', 'calls', 'errors', 'wrong', 'lost', 'p50 ms', 'slowest ms', 'recovered after ms', 'connections']
  const lines = aligned([heading, ...outcomes.map(cellsOf)], { has: (column) => column > 0 })
  const said = Array.from(saidIn(outcomes), ([words, times]) => `${String(times).padStart(6)}  ${words}`)
  return [...lines, '', 'What callers were told:', ...(said.length === 0 ? ['     0'] : said)].join('\n')
}

const cellsOf = ({ name, calls, untilMs, wrongRows, sessions, isQuiet }: Outcome): string[] => {
  const count = (kind: Call['kind']): number => calls.filter((one) => one.kind === kind).length
  const took = calls.map(({ tookMs }) => tookMs)
  return [
    name,
    String(calls.length),
    String(count('error')),
    String(count('wrong') + wrongRows),
    String(count('lost')),
    percentile(took, 0.5).toFixed(0),
    Math.max(...took).toFixed(0),
    recoveredMs(calls, untilMs).toFixed(0),
    `${sessions[0]} → ${sessions[1]}${isQuiet ? '' : ', in use'}`,
  ]
}

/** From the end of the fault until the last call that was not answered had ended. */
const recoveredMs = (calls: readonly Call[], untilMs: number): number =>
  Math.max(0, ...calls.filter(({ kind }) => kind !== 'answered').map((one) => one.askedAt + one.tookMs - untilMs))

const saidIn = (outcomes: readonly Outcome[]): ReadonlyArray<readonly [string, number]> => {
  const counts = new Map<string, number>()
  for (const { said } of outcomes.flatMap(({ calls }) => calls)) {
    if (said === undefined) continue
    // Numbers differ from caller to caller; what is said does not.
    const words = said.replaceAll(/\d[\d.,]*/g, 'N')
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)
}
