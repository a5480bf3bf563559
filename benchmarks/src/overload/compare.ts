import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Measures } from './measure.ts'
import type { Finished, Task } from './worker.ts'

/** What is compared. */
export interface ComparisonOptions {
  readonly subjects: readonly string[]
  readonly scenarios: readonly string[]
  readonly seeds: readonly number[]
  readonly isSmoke: boolean
  /** Processes at a time. What they find does not depend on it: no real time is involved. */
  readonly atOnce: number
  readonly onProgress: (done: string) => void
}

/** What was measured of a subject: for each scenario one of each seed; or why it broke. */
export interface Compared {
  readonly subject: string
  readonly measures: ReadonlyMap<string, readonly Measures[]>
  readonly crash?: string
}

/** Puts subjects through scenarios, each subject in a process of its own. */
export const compare = async ({
  subjects,
  scenarios,
  seeds,
  isSmoke,
  atOnce,
  onProgress,
}: ComparisonOptions): Promise<readonly Compared[]> => {
  const compared = new Map<string, Compared>()
  const waiting = subjects.values()
  const work = async (): Promise<void> => {
    for (const subject of waiting) {
      compared.set(subject, await inItsProcess({ subject, scenarios, seeds, isSmoke }))
      onProgress(subject)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return subjects.map((subject) => compared.get(subject) as Compared)
}

const inItsProcess = async (task: Task): Promise<Compared> => {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [JSON.stringify(task)], {
    // Unlike JSON it keeps Infinity and NaN.
    serialization: 'advanced',
    execArgv: ['--conditions=@millrace/source'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const measures = new Map<string, Measures[]>()
  child.on('message', (message) => {
    const { scenario, measures: found } = message as Finished
    measures.set(scenario, [...(measures.get(scenario) ?? []), found])
  })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const [code] = (await once(child, 'close')) as [number | null]
  const crash = code === 0 ? undefined : (/^\w*Error.*$/m.exec(complaint)?.[0] ?? `exit ${code}`)
  return { subject: task.subject, measures, ...(crash === undefined ? {} : { crash }) }
}
