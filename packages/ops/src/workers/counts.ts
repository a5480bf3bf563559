import { supervisorLabel, totals } from '@millrace/metrics'
import type { Metrics, MetricsSnapshot, Totals } from '@millrace/metrics'
import type { SupervisedWorker } from '@millrace/core'
import type { Said, Workers } from './workers.ts'

/** What all processes have counted, those that have ended included. */
export class Counts {
  readonly #metrics: Metrics
  readonly #workers: Workers
  #totals: Totals | undefined
  #reading: Promise<void> | undefined

  constructor(metrics: Metrics, workers: Workers) {
    this.#metrics = metrics
    this.#workers = workers
    workers.add({
      begin: () => {
        this.#totals ??= totals(metrics, () => this.read())
      },
      leaving: async (worker) => this.take(worker, await workers.ask(worker, 'metrics', {})),
      ended: (worker) => this.#totals?.end(idOf(worker)),
      close: () => {
        this.#totals?.close()
        this.#totals = undefined
      },
    })
  }

  /** Undefined where there is only this process. */
  get totals(): Totals | undefined {
    return this.#totals
  }

  /** Has them say what they have counted, however many ask, and waits for nobody for long. Never rejects. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  async #read(): Promise<void> {
    await this.told(
      await this.#workers.askAll('metrics', {}, { hear: (worker, snapshot) => this.take(worker, snapshot) }),
      undefined,
    )
  }

  /** Takes what a worker has counted, in the order in which it says so. */
  take(worker: SupervisedWorker, snapshot: MetricsSnapshot): void {
    // One that has ended since has been counted.
    if (this.#workers.supervision?.workers.includes(worker) !== true) return
    const isLeaving = worker.state === 'closing'
    this.#totals?.take({ id: idOf(worker), worker: String(worker.place), isLeaving }, snapshot)
  }

  /**
   * Notes who has said nothing, and what this process has counted itself. Says for each place whether it is up.
   *
   * @param names which metrics it was about
   */
  async told(
    said: ReadonlyArray<Said<unknown>>,
    names: ReadonlySet<string> | undefined,
  ): Promise<Map<string, boolean>> {
    const up = this.#workers.up(said)
    for (const one of said) if ('fault' in one) this.#totals?.silence(idOf(one.worker))
    this.#totals?.show([...up.values()].filter((isUp) => !isUp).length, up)
    const own = await this.#metrics.snapshot(names)
    this.#totals?.take({ id: supervisorLabel, worker: supervisorLabel }, own)
    return up
  }
}

const idOf = ({ pid, startedAt }: SupervisedWorker): string => `${pid} ${startedAt}`
