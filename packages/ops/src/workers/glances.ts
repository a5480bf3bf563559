import type { MetricsSnapshot } from '@millrace/metrics'
import type { Clock } from '@millrace/core'
import type { Moment, Moments } from '../dashboard/sampling/moment.ts'
import { readingsOf, shownMetrics } from '../dashboard/sampling/readings.ts'
import { processOfAll } from '../dashboard/view/workers.ts'
import type { WorkerView } from '../dashboard/view/workers.ts'
import type { SlowCallsAnswer } from '../slow/slowCall.ts'
import type { Counts } from './counts.ts'
import { checksOf, ofWorkers } from './health.ts'
import type { Said, Workers } from './workers.ts'

/** What a worker says of itself for the dashboard. */
export interface Glance extends Pick<Moment, 'process' | 'checks' | 'slow'> {
  readonly snapshot: MetricsSnapshot
  readonly uptimeSeconds: number
  /** Calls it has answered since it began. */
  readonly calls: number
  readonly inFlight: number
}

/** Reads all processes that this one looks after. */
export class AllMoments implements Moments {
  readonly #workers: Workers
  readonly #counts: Counts
  readonly #clock: Clock
  #before = new Map<number | undefined, { readonly at: number; readonly calls: number }>()

  constructor(workers: Workers, counts: Counts, clock: Clock) {
    this.#workers = workers
    this.#counts = counts
    this.#clock = clock
  }

  async read(): Promise<Moment> {
    const hear = (worker: Said<Glance>['worker'], { snapshot }: Glance): void => this.#counts.take(worker, snapshot)
    const said = await this.#workers.askAll('glance', {}, { hear })
    const up = await this.#counts.told(said, shownMetrics)
    const missing = [...up].filter(([, isUp]) => !isUp).map(([place]) => place)
    const views = this.#viewsOf(said)
    const lacks = missing.map(Number).filter((place) => views.every(({ worker }) => worker !== place))
    const checks = missing.length === 0 ? {} : { workers: ofWorkers(missing, up.size, said) }
    return {
      readings: await readingsOf(this.#counts.totals!.registry),
      process: processOfAll(views.flatMap(({ process }) => process ?? [])),
      checks: { ...checksOf(said), ...checks },
      slow: slowOf(said),
      workers: [...views, ...lacks.map(absent)].toSorted((a, b) => a.worker - b.worker),
    }
  }

  stop(): void {
    this.#before.clear()
  }

  #viewsOf(said: ReadonlyArray<Said<Glance>>): WorkerView[] {
    const before = this.#before
    const at = this.#clock.now()
    this.#before = new Map()
    return said.map((one) => {
      const { place: worker, pid, state } = one.worker
      if ('fault' in one) return { ...absent(worker), pid, state, fault: one.fault }
      const { calls, inFlight, process, uptimeSeconds } = one.answer
      const earlier = before.get(pid)
      this.#before.set(pid, { at, calls })
      const rate =
        earlier === undefined || at <= earlier.at ? undefined : ((calls - earlier.calls) * 1000) / (at - earlier.at)
      return { worker, pid, state, fault: undefined, uptimeSeconds, rate, inFlight, process }
    })
  }
}

/** The last slow calls of all of them. */
const slowOf = (said: ReadonlyArray<Said<Glance>>): SlowCallsAnswer | undefined => {
  const all = said.flatMap((one) =>
    'answer' in one && one.answer.slow !== undefined ? [{ ...one, slow: one.answer.slow }] : [],
  )
  const calls = all.flatMap(({ worker, slow }) => slow.calls.map((call) => ({ ...call, worker: worker.place })))
  const seen = all.reduce((sum, { slow }) => sum + slow.seen, 0)
  return (
    all[0] && { aboveMs: all[0].slow.aboveMs, seen, calls: calls.toSorted((a, b) => b.at - a.at).slice(0, shownCalls) }
  )
}

const shownCalls = 50

const absent = (worker: number): WorkerView => ({
  worker,
  pid: undefined,
  state: 'missing',
  fault: 'It is not there.',
  uptimeSeconds: undefined,
  rate: undefined,
  inFlight: undefined,
  process: undefined,
})
