// One subject in a process of its own, through the scenarios that it is told, one after the other.
import { measure } from './measure.ts'
import type { Measures } from './measure.ts'
import { shortened } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { simulate } from './simulate.ts'
import { subjects } from './subjects/index.ts'

/** What a worker is told, as JSON in its only argument. */
export interface Task {
  readonly subject: string
  readonly scenarios: readonly string[]
  readonly seeds: readonly number[]
  /** One second of each, to see that it runs. */
  readonly isSmoke: boolean
}

/** What it answers after each simulation. */
export interface Finished {
  readonly scenario: string
  readonly measures: Measures
}

const { subject: name, seeds, isSmoke, ...task } = JSON.parse(process.argv[2] ?? '{}') as Task
const subject = subjects.find((one) => one.name === name)
if (subject === undefined) throw new Error(`no subject has the name ${name}`)
for (const whole of scenarios.filter((one) => task.scenarios.includes(one.name))) {
  const scenario = isSmoke ? shortened(whole) : whole
  for (const seed of seeds) {
    const measures = measure(await simulate(subject, scenario, seed), scenario)
    process.send?.({ scenario: whole.name, measures } satisfies Finished)
  }
}
process.disconnect()
