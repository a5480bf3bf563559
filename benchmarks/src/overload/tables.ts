import { aligned } from '../table.ts'
import type { Measures } from './measure.ts'
import { loads, small } from './scenarios.ts'

/** What was measured of a subject in a scenario; undefined when it was not. */
export type Lookup = (subject: string, scenario: string) => Measures | undefined

/** Everything that was measured of all subjects, as text. */
export const tables = (subjects: readonly string[], lookup: Lookup): string =>
  [
    ...inColumns(
      'goodput per second (of 1000) / p50 / p99 of answers in time, ms',
      subjects,
      lookup,
      loads.map((load) => steadyColumn(String(load), `${load}x`)),
    ),
    ...inColumns(
      'the same, every call 10 ms',
      subjects,
      lookup,
      loads.map((load) => steadyColumn(String(load), `${load}x constant`)),
    ),
    ...inColumns(
      'the same, one call in twenty 105 ms and the others 5 ms',
      subjects,
      lookup,
      loads.map((load) => steadyColumn(String(load), `${load}x bimodal`)),
    ),
    ...inColumns('goodput / share of a tool that takes 105 ms, 5 % of the calls', subjects, lookup, loads.map(sharing)),
    ...inColumns('4 times the load', subjects, lookup, atFourTimes),
    ...inColumns('goodput / p99 of two slots and calls of 130 ms, at 4x (of 15)', subjects, lookup, [
      { heading: '', scenario: small.name, cell: goodputAndP99 },
    ]),
    ...inColumns('goodput / p99 at 2x, from the third second, with a limit of', subjects, lookup, wrongLimits),
    ...inColumns('seconds until 95 % are answered again', subjects, lookup, recoveries),
  ]
    .join('\n')
    .trimEnd()

interface Column {
  readonly heading: string
  readonly scenario: string
  readonly cell: (measures: Measures) => string
}

const inColumns = (
  title: string,
  subjects: readonly string[],
  lookup: Lookup,
  columns: readonly Column[],
): readonly string[] => {
  const known = columns.filter(({ scenario }) => subjects.some((subject) => lookup(subject, scenario) !== undefined))
  if (known.length === 0) return []
  const cell = (subject: string, { scenario, cell: text }: Column): string => {
    const measures = lookup(subject, scenario)
    return measures === undefined ? '-' : text(measures)
  }
  const lines = subjects.map((subject) => [subject, ...known.map((column) => cell(subject, column))])
  const right = { has: (column: number) => column > 0 }
  return [title, ...aligned([['', ...known.map(({ heading }) => heading)], ...lines], right), '']
}

const whole = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(0))
const percent = (ratio: number | undefined): string =>
  ratio === undefined || Number.isNaN(ratio) ? '-' : `${(100 * ratio).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0)} %`
const goodputAndP99 = ({ goodput, p99Ms }: Measures): string => `${whole(goodput)} / ${whole(p99Ms)}`

const steadyColumn = (load: string, scenario: string): Column => ({
  heading: `${load}x`,
  scenario,
  cell: ({ goodput, p50Ms, p99Ms }) => `${whole(goodput)} / ${whole(p50Ms)} / ${whole(p99Ms)}`,
})

const sharing = (load: number): Column => ({
  heading: `${load}x`,
  scenario: `${load}x, a slow tool`,
  cell: ({ goodput, toolShare }) => `${whole(goodput)} / ${percent(toolShare['report'] ?? 0)}`,
})

const served = (scenario: string, heading: string, name: string): Column => ({
  heading,
  scenario,
  cell: (measures) => percent(measures.served[name]),
})

const atFourTimes: readonly Column[] = [
  { heading: 'refused', scenario: '4x', cell: ({ refusedRatio }) => percent(refusedRatio) },
  { heading: 'within ms, p99', scenario: '4x', cell: ({ refusalP99Ms }) => whole(refusalP99Ms) },
  { heading: 'wasted work', scenario: '4x', cell: ({ wastedRatio }) => percent(wastedRatio) },
  { heading: 'limit', scenario: '4x', cell: ({ limit }) => whole(limit) },
  served('4x, priorities', 'critical served', 'critical'),
  served('4x, priorities', 'low served', 'low'),
  served('4x, a greedy caller', 'quiet caller served', 'quiet 0'),
  served('4x, a greedy caller', 'greedy caller', 'greedy'),
  { heading: 'goodput when work stops', scenario: '4x, stops', cell: ({ goodput }) => whole(goodput) },
]

const wrongLimits: readonly Column[] = [5, 20, 200].map((limit) => ({
  heading: String(limit),
  scenario: `2x, limit ${limit}`,
  cell: goodputAndP99,
}))

const recoveries: readonly Column[] = [
  ['after a retry storm', 'retry storm, no budget'],
  ['with a retry budget', 'retry storm, budget of 10 %'],
  ['and hints heeded', 'retry storm, budget of 10 %, hints heeded'],
  ['after being three times slower', 'three times slower for 10 s'],
].map(([heading = '', scenario = '']) => ({
  heading,
  scenario,
  cell: ({ recoveryS }) => (recoveryS === Infinity ? 'never' : recoveryS.toFixed(2)),
}))
