import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Flags {
  /** A group, or part of a case's name; undefined is everything. */
  readonly only: string | undefined
  /** Processes for each case; undefined leaves it to the case. */
  readonly rounds: number | undefined
  /** Runs everything, measures next to nothing. */
  readonly isSmoke: boolean
  /** Where the rows go as JSON. */
  readonly json: string | undefined
  /** Whether the tables of the groups that were measured are replaced in the README. */
  readonly isWritten: boolean
  /** Folder that gets a CPU profile of each process. */
  readonly profile: string | undefined
}

/** @throws Error with one line about the flag that was not understood. */
export const readFlags = (args: readonly string[]): Flags => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      smoke: { type: 'boolean', default: false },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1)) {
    throw new Error(`--rounds must be an integer ≥ 1, got ${values.rounds}`)
  }
  if (values.write && values.smoke) throw new Error('--write needs numbers: leave out --smoke')
  return {
    only: values.only,
    rounds,
    isSmoke: values.smoke,
    json: values.json,
    isWritten: values.write,
    profile: values.profile,
  }
}
