import type { Calls } from './attachment.ts'
import { type Fixture, startFixture } from './fixture.ts'
import type { Line } from './line.ts'
import { type Report, runSuite } from './suite.ts'
import type { Suite } from './suites.ts'
import { type VariantName, variants } from './variants.ts'

/** One suite against one server process. */
export interface Job {
  readonly line: Line
  readonly suite: Suite
  readonly variant: VariantName
}

/** One round of a job. */
export interface Round {
  readonly report: Report
  /** What passed through the middleware in this round. */
  readonly calls: Calls
}

/** What a job came to. */
export interface Run {
  readonly job: Job
  readonly rounds: readonly Round[]
  /** What the server wrote to its standard error. */
  readonly log: string
  /** Why it ended before its last round. */
  readonly failure?: string
}

/** Starts a server and runs the suite against it, as often as its variant asks for. */
export async function run(job: Job): Promise<Run> {
  const rounds: Round[] = []
  let fixture: Fixture | undefined
  try {
    fixture = await startFixture(job.line, job.variant)
    let before: Calls = { seen: 0, handled: 0 }
    while (rounds.length < variants[job.variant].rounds) {
      const report = await runSuite(job.suite, fixture.url)
      const after = await fixture.calls()
      rounds.push({ report, calls: { seen: after.seen - before.seen, handled: after.handled - before.handled } })
      before = after
    }
    return { job, rounds, log: await fixture.stop() }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    return { job, rounds, log: (await fixture?.stop()) ?? '', failure }
  }
}
