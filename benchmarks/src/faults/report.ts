import { percentile } from '../overload/measure.ts'
import { aligned } from '../table.ts'
import type { Call } from './calls.ts'
import { maxGrowthBytes, maxGrowthRatio } from './plan.ts'
import type { State } from './serving.ts'

/** What one fault came to. */
export interface Outcome {
  /** What the server leans on. */
  readonly backend: string
  readonly name: string
  /** Tools that have to answer whatever happens. */
  readonly unharmed: ReadonlyArray<Call['tool']>
  readonly calls: readonly Call[]
  /** When it was over, in milliseconds of `performance.now()`. */
  readonly untilMs: number
  /** Numbers that were said to be kept and are not there once, or were never asked for. */
  readonly wrongRows: number
  /** The server while nobody calls it. */
  readonly before: Pick<State, 'connections' | 'heapBytes'>
  readonly after: Pick<State, 'connections' | 'heapBytes'>
  /** Nobody holds a connection or waits for one once the load is over, and both sides count as many. */
  readonly isQuiet: boolean
}

/** Whether nothing was wrong or lost, and everything is as it was. */
export const isSound = ({ calls, unharmed, wrongRows, isQuiet, before, after }: Outcome): boolean =>
  calls.every(({ kind, tool }) => kind === 'answered' || (kind === 'error' && !unharmed.includes(tool))) &&
  wrongRows === 0 &&
  isQuiet &&
  before.connections === after.connections &&
  after.heapBytes <= before.heapBytes * (1 + maxGrowthRatio) + maxGrowthBytes

/** The columns of the table. */
export const heading: readonly string[] = [
  '',
  '',
  'calls',
  'errors',
  'wrong',
  'lost',
  'p50 ms',
  'slowest ms',
  'recovered after ms',
  'connections',
  'heap MB',
  '',
]

/** All outcomes as text: a line each, then what callers were told. */
export const reportOf = (outcomes: readonly Outcome[]): string => {
  const lines = aligned([heading, ...outcomes.map(cellsOf)], { has: (column) => column > 1 && column < 11 })
  const grouped = lines.flatMap((line, at) => {
    const isNewGroup = at > 1 && outcomes[at - 1]?.backend !== outcomes[at - 2]?.backend
    return isNewGroup ? ['', line] : [line]
  })
  const said = Array.from(saidIn(outcomes), ([words, times]) => `${String(times).padStart(6)}  ${words}`)
  return [...grouped, '', 'What callers were told:', ...(said.length === 0 ? ['     0'] : said)].join('\n')
}

const cellsOf = (outcome: Outcome): string[] => {
  const { backend, name, calls, untilMs, wrongRows, before, after, isQuiet } = outcome
  const count = (kind: Call['kind']): number => calls.filter((one) => one.kind === kind).length
  const took = calls.map(({ tookMs }) => tookMs)
  return [
    backend,
    name,
    String(calls.length),
    String(count('error')),
    String(count('wrong') + wrongRows),
    String(count('lost')),
    percentile(took, 0.5).toFixed(0),
    Math.max(...took).toFixed(0),
    recoveredMs(calls, untilMs).toFixed(0),
    `${before.connections} → ${after.connections}${isQuiet ? '' : ', in use'}`,
    `${(before.heapBytes / 2 ** 20).toFixed(1)} → ${(after.heapBytes / 2 ** 20).toFixed(1)}`,
    isSound(outcome) ? 'ok' : 'NO',
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
    const words = said.replaceAll(/\d+(?:[.,]\d+)*/g, 'N')
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)
}
