// The atlas under four times the calls that it can answer, without and with the layers: prints what became of them,
// and draws it into docs/overload.svg and docs/overload.md.
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { machine, withTable } from '../readme.ts'
import type { Answer } from './answer.ts'
import { capacityOf } from './capacity.ts'
import { checking } from './check.ts'
import type { Callers } from './callers.ts'
import { svgOf } from './picture.ts'
import { overloaded, patienceMs, stretches } from './plan.ts'
import type { Variant } from './plan.ts'
import { reportOf } from './report.ts'
import type { Outcome } from './report.ts'
import { atlas, started } from './server.ts'
import { secondsOf, summaryOf } from './summary.ts'

const docs = new URL('../../../docs/', import.meta.url)
const directory = join(tmpdir(), `millrace-overload-${process.pid}`)
const seconds = stretches.reduce((sum, stretch) => sum + stretch.seconds, 0)

const main = async (): Promise<void> => {
  const [load = 0] = loadavg()
  const capacity = await measured()
  say(`The atlas answers ${capacity.toFixed(1)} calls per second.`)
  const without = await run('without', capacity)
  const withLayers = await run('with', capacity)
  const printed = [
    `${machine()}; load average before the run ${load.toFixed(1)}`,
    `It answers ${capacity.toFixed(1)} calls per second. Seconds ${overloaded.fromS} to ${overloaded.untilS}:`,
    reportOf([without.outcome, withLayers.outcome]),
  ].join('\n\n')
  console.log(printed)
  const picture = {
    without: secondsOf(without.answers, seconds),
    with: secondsOf(withLayers.answers, seconds),
    capacity,
  }
  writeFileSync(new URL('overload.svg', docs), svgOf(picture))
  const page = new URL('overload.md', docs)
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), 'table', printed))
}

const measured = async (): Promise<number> => {
  const server = await atlas('without', directory)
  try {
    await capacityOf(server.url, 5)
    return await capacityOf(server.url, 15)
  } finally {
    await server.close()
  }
}

const run = async (
  variant: Variant,
  capacity: number,
): Promise<{ readonly answers: readonly Answer[]; readonly outcome: Outcome }> => {
  say(`${seconds} s ${variant} the layers ...`)
  const server = await atlas(variant, directory)
  try {
    // What is compiled and connected first is no part of the run.
    await capacityOf(server.url, 3, 2)
    const checked = await checking(server.url)
    const answers = await callers({ url: server.url, capacity, stretches, patienceMs })
    const checks = await checked()
    const outcome = {
      variant,
      overload: summaryOf(answers, overloaded.fromS, overloaded.untilS),
      after: summaryOf(answers, overloaded.untilS, seconds),
      checks,
      peakRssBytes: server.peakRssBytes(),
      said: saidOf(answers),
    }
    return { answers, outcome }
  } finally {
    await server.close()
  }
}

const callers = async (told: Callers): Promise<readonly Answer[]> => {
  const [answers] = (await once(started(new URL('./load.ts', import.meta.url), [JSON.stringify(told)]), 'message')) as [
    readonly Answer[],
  ]
  return answers
}

const saidOf = (answers: readonly Answer[]): Outcome['said'] => {
  const counts = new Map<string, number>()
  for (const { said } of answers) {
    if (said === undefined) continue
    // How long to wait differs from caller to caller; what is said does not.
    const words = said.replace(/again in [\d.]+ m?s/, 'again in … s')
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)
}

const say = (line: string): void => console.error(line)

try {
  await main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
