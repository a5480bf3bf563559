// What faults of PostgreSQL and of the way to it do to calls of an MCP server under steady load: prints a table, and
// renews docs/faults.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { machine, withTable } from '../readme.ts'
import type { Call } from './calls.ts'
import { faults } from './faults.ts'
import type { Fault } from './faults.ts'
import { steadyLoad } from './load.ts'
import { afterS, beforeS, options } from './plan.ts'
import { isSound, reportOf } from './report.ts'
import type { Outcome } from './report.ts'
import { sessionsOf, world } from './world.ts'
import type { World } from './world.ts'

const [only] = process.argv.slice(2)

const main = async (): Promise<void> => {
  const chosen = faults.filter(({ name }) => only === undefined || name.includes(only))
  if (chosen.length === 0)
    throw new Error(`No fault has ${only} in its name: ${faults.map(({ name }) => name).join('; ')}`)
  const [load = 0] = loadavg()
  const here = await world()
  const outcomes: Outcome[] = []
  try {
    for (const fault of chosen) {
      console.error(fault.name)
      outcomes.push(await run(here, fault, outcomes.length * 1_000_000))
    }
  } finally {
    await here.close()
  }
  const printed = `${machine()}; load average before the run ${load.toFixed(1)}\n\n${reportOf(outcomes)}`
  console.log(printed)
  if (!outcomes.every(isSound)) process.exitCode = 1
  if (only !== undefined) return
  const page = new URL('../../../docs/faults.md', import.meta.url)
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), 'faults', printed))
}

const run = async (here: World, { name, strike }: Fault, from: number): Promise<Outcome> => {
  await settled(here)
  const before = await sessionsOf(here)
  const load = await steadyLoad(here.serving.url, from)
  await sleep(beforeS * 1_000)
  const fromMs = performance.now()
  await strike(here)
  const untilMs = performance.now()
  await sleep(afterS * 1_000)
  const calls = await load.end()
  const isQuiet = await settled(here)
  const sessions = [before, await sessionsOf(here)] as const
  return { name, calls, fromMs, untilMs, wrongRows: await wrongRows(here, calls), sessions, isQuiet }
}

/** Waits until the pool has as many connections as it keeps, and nobody uses them. @returns whether that came */
const settled = async (here: World): Promise<boolean> => {
  const giveUpAt = performance.now() + 10_000
  for (;;) {
    const { size, busy, waiting } = await here.serving.state()
    if (size === options.min && busy + waiting === 0 && (await sessionsOf(here)) === size) return true
    if (performance.now() > giveUpAt) return false
    await sleep(50)
  }
}

/** Rows that are said to be kept and are not there once, and rows that nobody asked to keep or that are there twice. */
const wrongRows = async ({ look }: World, calls: readonly Call[]): Promise<number> => {
  const kept = calls.filter(({ tool }) => tool === 'keep')
  const asked = new Set(kept.map(({ n }) => n))
  const rows = await look('SELECT n, count(*)::int AS times FROM kept GROUP BY n')
  await look('TRUNCATE kept')
  const there = new Map(rows.map(({ n, times }) => [n, times]))
  const missing = kept.filter(({ n, kind }) => kind === 'answered' && there.get(n) !== 1)
  const strange = rows.filter(({ n, times }) => times !== 1 || n === undefined || !asked.has(n))
  return new Set([...missing.map(({ n }) => n), ...strange.map(({ n }) => n)]).size
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
