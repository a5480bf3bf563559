// What faults of PostgreSQL, of an HTTP service, of Redis and of the ways to them do to calls of an MCP server under
// steady load: prints a table, and renews docs/faults.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { machine, withTable } from '../readme.ts'
import { isSound, reportOf } from './report.ts'
import type { Outcome } from './report.ts'
import { run } from './run.ts'
import { subjects } from './subjects.ts'

const [only = ''] = process.argv.slice(2)

const main = async (): Promise<void> => {
  const chosen = subjects.flatMap((subject) => {
    const faults = subject.faults.filter(({ name }) => `${subject.name}: ${name}`.includes(only))
    return faults.length === 0 ? [] : [{ subject, faults }]
  })
  if (chosen.length === 0) {
    const names = subjects.flatMap((subject) => subject.faults.map(({ name }) => `${subject.name}: ${name}`))
    throw new Error(`No fault has ${only} in its name: ${names.join('; ')}`)
  }
  const [load = 0] = loadavg()
  const outcomes: Outcome[] = []
  for (const [at, { subject, faults }] of chosen.entries()) {
    outcomes.push(...(await run(subject, faults, (at + 1) * 1_000_000)))
  }
  const printed = `${machine()}; load average before the run ${load.toFixed(1)}\n\n${reportOf(outcomes)}`
  console.log(printed)
  if (!outcomes.every(isSound)) process.exitCode = 1
  if (only !== '') return
  const page = new URL('../../../docs/faults.md', import.meta.url)
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), 'faults', printed))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
