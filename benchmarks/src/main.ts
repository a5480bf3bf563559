import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sampling } from './case.ts'
import { readFlags } from './flags.ts'
import type { Flags } from './flags.ts'
import { groups } from './groups/index.ts'
import { machine, withTable } from './readme.ts'
import { group as overload, simulations } from './overload/group.ts'
import { group as pool, poolSizes } from './pool/group.ts'
import { hasCrashed, rowsOf } from './row.ts'
import type { Row } from './row.ts'
import { run } from './runner.ts'
import { chosen } from './select.ts'
import { table } from './table.ts'

const full: Sampling = { warmUpMs: 400, sampleMs: 25, samples: 11, rounds: 5 }
const names = [...groups.map(({ name }) => name), pool, overload]
const smoke: Sampling = { warmUpMs: 0, sampleMs: 1, samples: 1, rounds: 1 }

const main = async (flags: Flags): Promise<void> => {
  const began = performance.now()
  if (flags.isWritten && flags.only !== undefined && !names.includes(flags.only)) {
    throw new Error(`--write renews whole tables: --only must be one of ${names.join(', ')}; got ${flags.only}`)
  }
  const work = () => measure(flags, began)
  const { rows, texts } = flags.isSmoke ? await compilingOnce(work) : await work()
  if (rows.length === 0) throw new Error(`--only ${flags.only}: no group has that name and no case contains it`)
  const printed = [machine(), table(rows), ...texts.values(), summary(rows, flags.isSmoke)].filter(Boolean).join('\n\n')
  console.log(`\n${printed}\n\n${seconds(began)} s`)
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(rows, null, 2)}\n`)
  if (rows.some(hasCrashed)) process.exitCode = 1
  else if (flags.isWritten) write(rows, texts)
}

/** Renews the tables of the groups that were measured; those of others stay. */
const write = (rows: readonly Row[], texts: Measurements['texts']): void => {
  let page = readFileSync(readme, 'utf8')
  for (const group of new Set(rows.map((row) => row.group))) {
    const own = rows.filter((row) => row.group === group)
    const parts = [machine(), table(own), texts.get(group) ?? '', summary(own, false)]
    page = withTable(page, group, parts.filter(Boolean).join('\n\n'))
  }
  writeFileSync(readme, page)
}

/** What a run gives: rows for the tables, and by group what else there is to see. */
interface Measurements {
  readonly rows: readonly Row[]
  readonly texts: ReadonlyMap<string, string>
}

const measure = async (flags: Flags, began: number): Promise<Measurements> => {
  const rows: Row[] = []
  const onProgress = (done: string): void => console.error(`${seconds(began)} s  ${done}`)
  const isOfCases = flags.only !== pool && flags.only !== overload
  for (const { group, cases } of isOfCases ? chosen(groups, flags.only) : []) {
    const measured = await run(group, cases, {
      sampling: full,
      forced: { ...(flags.isSmoke ? smoke : {}), ...(flags.rounds === undefined ? {} : { rounds: flags.rounds }) },
      profile: flags.profile,
      setsAtOnce: flags.isSmoke ? availableParallelism() : 1,
      onProgress,
    })
    rows.push(...rowsOf(group, measured))
  }
  const options = { only: flags.only, isSmoke: flags.isSmoke, onProgress }
  const pools = await poolSizes(options)
  const simulated = await simulations(options)
  return {
    rows: [...rows, ...pools.rows, ...simulated.rows],
    texts: new Map([
      [pool, pools.text],
      [overload, simulated.text],
    ]),
  }
}

/** Lets the processes share compiled code: most of what a smoke run does is to start them. */
const compilingOnce = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  process.env['NODE_COMPILE_CACHE'] = folder
  try {
    return await work()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const summary = (rows: readonly Row[], isSmoke: boolean): string => {
  const crashed = rows.filter(hasCrashed).map(({ group, name }) => `crashed: ${group}: ${name}`)
  if (isSmoke) return ['A smoke run: the numbers say nothing.', ...crashed].join('\n')
  const barred = rows.filter(({ bar }) => bar !== undefined)
  const missed = barred.filter(({ ok }) => ok !== true)
  return [
    `${barred.length - missed.length} of ${barred.length} bars met`,
    ...missed.map(({ group, name }) => `missed: ${group}: ${name}`),
    ...crashed,
  ].join('\n')
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(0).padStart(4)
const readme = new URL('../README.md', import.meta.url)

try {
  await main(readFlags(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
