import type { Row } from '../row.ts'
import type { Measures } from './measure.ts'
import { loads, small } from './scenarios.ts'

/** Something that must hold for a queue of ours. */
interface Bar {
  readonly scenario: string
  readonly what: string
  readonly unit: string
  readonly value: (measures: Measures) => number
  readonly bar: number
  /** @default false */
  readonly isMoreBetter?: boolean
  /** Whether it says something only of a queue that finds its limit. @default false */
  readonly isForUnconfigured?: boolean
}

/** Goodput as a share of what the server can do, in percent. */
const goodput = (scenario: string): Bar => ({
  scenario,
  what: 'goodput',
  unit: '%',
  value: (measures) => measures.goodput / 10,
  bar: 97,
  isMoreBetter: true,
})
const p99 = (scenario: string): Bar => ({
  scenario,
  what: 'p99',
  unit: 'ms',
  value: ({ p99Ms }) => p99Ms,
  bar: 100,
})
const recovery = (scenario: string): Bar => ({
  scenario,
  what: 'back to normal after',
  unit: 's',
  value: ({ recoveryS }) => recoveryS,
  bar: 1,
})
const served = (scenario: string, what: string, isMeant: (name: string) => boolean): Bar => ({
  scenario,
  what: `${what} served`,
  unit: '%',
  value: (measures) =>
    100 * Math.min(...Object.entries(measures.served).flatMap(([name, ratio]) => (isMeant(name) ? [ratio] : []))),
  bar: 90,
  isMoreBetter: true,
})

const share = (scenario: string): Bar => ({
  scenario,
  what: 'its share of the answers is off by',
  unit: '%',
  value: ({ toolShare }) => 100 * Math.abs((toolShare['report'] ?? 0) / 0.05 - 1),
  bar: 20,
})

const bars: readonly Bar[] = [
  { scenario: '0.9x', what: 'shed', unit: '%', value: ({ shedRatio }) => 100 * shedRatio, bar: 1.5 },
  { scenario: '0.9x constant', what: 'shed', unit: '%', value: ({ shedRatio }) => 100 * shedRatio, bar: 1.5 },
  ...['2x', '3x', '4x'].flatMap((load) => [goodput(load), p99(load)]),
  { scenario: '4x', what: 'refusals within, p99', unit: 'ms', value: ({ refusalP99Ms }) => refusalP99Ms, bar: 25 },
  ...[2, 3, 4].flatMap((load) => [goodput(`${load}x constant`), p99(`${load}x constant`)]),
  // The slow ones alone take more than 100 ms.
  ...[2, 3, 4].map((load) => goodput(`${load}x bimodal`)),
  {
    ...goodput(small.name),
    value: (measures) => (100 * measures.goodput) / small.capacity,
    bar: 90,
  },
  ...loads.map((load) => share(`${load}x, a slow tool`)),
  served('4x, priorities', 'critical', (name) => name === 'critical'),
  served('4x, a greedy caller', 'least of the others', (name) => name.startsWith('quiet')),
  ...[5, 20, 200].flatMap((limit) =>
    [goodput(`2x, limit ${limit}`), p99(`2x, limit ${limit}`)].map((bar) => ({ ...bar, isForUnconfigured: true })),
  ),
  recovery('retry storm, no budget'),
  recovery('retry storm, budget of 10 %'),
  recovery('three times slower for 10 s'),
]

/** A row for each bar whose scenario was measured. */
export const rowsOf = (
  group: string,
  subject: { readonly name: string; readonly isConfigured: boolean },
  measured: (scenario: string) => Measures | undefined,
): readonly Row[] =>
  bars.flatMap(({ scenario, what, unit, value, bar, isMoreBetter = false, isForUnconfigured = false }) => {
    const measures = measured(scenario)
    if (measures === undefined || (isForUnconfigured && subject.isConfigured)) return []
    const found = value(measures)
    const isKnown = !Number.isNaN(found)
    return [
      {
        group,
        name: `${scenario}: ${what}: ${subject.name}`,
        median: isKnown ? found : null,
        unit,
        ratioToBase: null,
        bar,
        isMoreBetter,
        ...(isKnown ? { ok: isMoreBetter ? found >= bar : found <= bar } : {}),
      },
    ]
  })
