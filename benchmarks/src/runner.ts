import { rmSync } from 'node:fs'
import type { Case, Group, Sampling } from './case.ts'
import { CaseProcess } from './process.ts'
import type { Measured } from './row.ts'
import { setsOf } from './select.ts'
import { median } from './statistics.ts'
import type { Answer, Order } from './worker.ts'

/** How a group is run. */
export interface RunOptions {
  readonly sampling: Sampling
  /** Wins over what a case asks for. */
  readonly forced: Partial<Sampling>
  /** Folder for CPU profiles. */
  readonly profile: string | undefined
  /** Sets that run at the same time: 1 where numbers count. */
  readonly setsAtOnce: number
  readonly onProgress: (done: string) => void
}

/** Measures cases of a group, round by round, each time in new processes. */
export const run = async (
  group: Group,
  cases: readonly Case[],
  options: RunOptions,
): Promise<ReadonlyMap<string, Measured>> => {
  if (group.installs !== undefined) options.onProgress(`${group.name} installs ${group.installs}`)
  const folder = await group.prepare?.()
  try {
    return await allRounds(group, cases, folder, options)
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

const allRounds = async (
  group: Group,
  cases: readonly Case[],
  folder: string | undefined,
  options: RunOptions,
): Promise<ReadonlyMap<string, Measured>> => {
  const measured = new Map<string, Measured>()
  const sets = setsOf(cases)
  const rounds = Math.max(...cases.map((one) => samplingOf(one, options).rounds))
  for (let round = 1; round <= rounds; round += 1) {
    const waiting = sets.values()
    const work = async (): Promise<void> => {
      for (const set of waiting) {
        const due = set.filter((one) => samplingOf(one, options).rounds >= round && !hasEnded(measured.get(one.name)))
        const [first] = due
        if (first === undefined) continue
        options.onProgress(`${group.name}, round ${round} of ${rounds}: ${first.base ?? first.name}`)
        await takeTurns(group, due, folder, options, measured)
      }
    }
    await Promise.all(Array.from({ length: options.setsAtOnce }, work))
  }
  return measured
}

const samplingOf = ({ sampling }: Case, options: RunOptions): Sampling => ({
  ...options.sampling,
  ...sampling,
  ...options.forced,
})

const hasEnded = (measured: Measured | undefined): boolean => measured !== undefined && !('rounds' in measured)

/** One round of a set: all processes at once, of which one works at a time. */
const takeTurns = async (
  group: Group,
  set: readonly Case[],
  folder: string | undefined,
  options: RunOptions,
  measured: Map<string, Measured>,
): Promise<void> => {
  const turns = set.map((one) => ({
    one,
    sampling: samplingOf(one, options),
    process: new CaseProcess({ group, name: one.name, folder, profile: options.profile }),
    samples: [] as number[],
    ended: undefined as Measured | undefined,
  }))
  type Turn = (typeof turns)[number]
  const ask = async (turn: Turn, order?: Order): Promise<void> => {
    if (turn.ended !== undefined) return
    const answer = await turn.process.ask(order)
    turn.ended = endOf(answer)
    if (answer.type === 'sample') turn.samples.push(answer.ns)
  }
  await Promise.all(turns.map((turn) => ask(turn)))
  for (const turn of turns) await ask(turn, { type: 'warmUp', ...turn.sampling })
  const most = Math.max(...turns.map(({ sampling }) => sampling.samples))
  for (let count = 0; count < most; count += 1) {
    // To and fro, so that nobody always comes first after a pause.
    const order = count % 2 === 0 ? turns : turns.toReversed()
    for (const turn of order) if (count < turn.sampling.samples) await ask(turn, { type: 'sample' })
  }
  await Promise.all(turns.map(({ process }) => process.close()))
  for (const { one, samples, ended } of turns) {
    const known = measured.get(one.name)
    const before = known !== undefined && 'rounds' in known ? known.rounds : []
    measured.set(one.name, ended ?? { rounds: [...before, median(samples)] })
  }
}

const endOf = (answer: Answer): Measured | undefined => {
  if (answer.type === 'unavailable') return { unavailable: answer.reason }
  return answer.type === 'crashed' ? { crashed: answer.reason } : undefined
}
