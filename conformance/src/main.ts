import pLimit from 'p-limit'
import { type Flags, readFlags } from './flags.ts'
import { lines } from './line.ts'
import { remarks } from './remarks.ts'
import { cellsOf, heading, labels, resultsOf } from './results.ts'
import { type Job, run } from './run.ts'
import { suites } from './suites.ts'
import { table } from './table.ts'
import { type VariantName, variants } from './variants.ts'

// Each is a server and a suite, which mostly wait for each other.
const maxJobs = 2

try {
  process.exitCode = await main(readFlags(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

async function main(flags: Flags): Promise<number> {
  const jobs = allJobs()
  const limit = pLimit(maxJobs)
  const runs = await Promise.all(jobs.filter((job) => isWanted(job, flags)).map((job) => limit(run, job)))
  const results = resultsOf(runs)

  console.log(table([heading, ...results.map(cellsOf)]))
  for (const { title, lines: details } of remarks(runs, results, flags)) {
    console.log(`\n${title}:\n${details.map((detail) => `  ${detail}`).join('\n')}`)
  }

  const failed = results.filter(({ faults }) => faults.length > 0).length
  const skipped = jobs.flatMap(labels).length - results.length
  console.log(`\n${results.length - failed} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 ? 0 : 1
}

/** Every variant of every line against every suite whose revision the line speaks. */
function allJobs(): Job[] {
  return lines.flatMap((line) =>
    suites
      .filter(({ reference }) => reference[line] !== undefined)
      .flatMap((suite) => Object.keys(variants).map((name) => ({ line, suite, variant: name as VariantName }))),
  )
}

function isWanted({ line, variant }: Job, { only, variant: named }: Flags): boolean {
  // The bare server always runs: it is what the others are compared with.
  const isNamed = named === undefined || variant === named || variant === 'bare'
  return isNamed && (only === undefined || line === only)
}
