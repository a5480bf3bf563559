import { availableParallelism } from 'node:os'
import type { Row } from '../row.ts'
import { rowsOf } from './bars.ts'
import { compare } from './compare.ts'
import type { Compared } from './compare.ts'
import { scenarios } from './scenarios.ts'
import { subjects } from './subjects/index.ts'
import { configured, unconfigured } from './subjects/ours.ts'
import { together } from './summary.ts'
import { tables } from './tables.ts'

/** What a run of the simulator gives: rows for the table, and tables of its own. */
export interface Simulations {
  readonly rows: readonly Row[]
  readonly text: string
}

/** How it is run. */
export interface SimulationsOptions {
  /** The group's name, or part of a scenario's; undefined is everything. */
  readonly only: string | undefined
  /** Two short simulations of each subject, to see that they run. */
  readonly isSmoke: boolean
  readonly onProgress: (done: string) => void
}

/** What overload does to a server behind this queue or that, in virtual time. */
export const simulations = async ({ only, isSmoke, onProgress }: SimulationsOptions): Promise<Simulations> => {
  const names = scenarios.map(({ name }) => name).filter((name) => isMeant(name, only))
  if (names.length === 0) return { rows: [], text: '' }
  const compared = await compare({
    subjects: subjects.map(({ name }) => name),
    scenarios: isSmoke ? names.filter((name) => smoke.has(name)) : names,
    seeds: isSmoke ? [1] : [1, 2, 3, 4, 5],
    isSmoke,
    atOnce: availableParallelism(),
    onProgress: (subject) => onProgress(`${group}: ${subject}`),
  })
  const lookup = (subject: string, scenario: string) => {
    const all = compared.find((one) => one.subject === subject)?.measures.get(scenario)
    return all === undefined ? undefined : together(all)
  }
  const barred = [unconfigured, configured].flatMap(({ name }) =>
    rowsOf(group, { name, isConfigured: name === configured.name }, (scenario) => lookup(name, scenario)),
  )
  return {
    rows: [...barred, ...compared.flatMap(crashRow)],
    text: tables(
      subjects.map(({ name }) => name),
      lookup,
    ),
  }
}

/** The name of the group. */
export const group = 'overload'
const smoke = new Set(['4x', '4x, priorities'])

const isMeant = (scenario: string, only: string | undefined): boolean =>
  only === undefined || only === group || `${group}: ${scenario}`.includes(only)

const crashRow = ({ subject, crash }: Compared): readonly Row[] =>
  crash === undefined
    ? []
    : [{ group, name: subject, median: null, unit: '', ratioToBase: null, note: `crashed: ${crash}` }]
