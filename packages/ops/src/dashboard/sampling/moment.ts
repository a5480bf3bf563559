import type { Metrics } from '@millrace/metrics'
import type { CheckReport } from '../../health/probe.ts'
import type { HealthReporter } from '../../health/report.ts'
import { ProcessReader } from './processReading.ts'
import type { ProcessReading } from './processReading.ts'
import { readingsOf } from './readings.ts'
import type { Readings } from './readings.ts'
import type { SlowCallsAnswer } from '../../slow/slowCall.ts'
import type { SlowCalls } from '../../slow/slowCalls.ts'
import type { WorkerView } from '../view/workers.ts'

/** Everything that is shown at one moment, wherever it comes from. */
export interface Moment {
  readonly readings: Readings
  /** Of all processes together. */
  readonly process: ProcessReading
  readonly checks: { readonly [name: string]: CheckReport }
  /** Each of the processes, where there are several. */
  readonly workers: readonly WorkerView[] | undefined
  /** The last slow calls; undefined when nobody looks for them. */
  readonly slow: SlowCallsAnswer | undefined
}

/** Reads what is shown. */
export interface Moments {
  read(): Promise<Moment>
  stop(): void
}

/** Reads this process but for its metrics. What its checks say is known from the time before: what hangs holds up nobody. */
export class OwnProcess {
  readonly #reporter: HealthReporter
  readonly #process = new ProcessReader()
  #checks: Moment['checks'] = {}

  constructor(reporter: HealthReporter) {
    this.#reporter = reporter
  }

  read(): Pick<Moment, 'process' | 'checks'> {
    void this.#reporter.report().then(({ checks }) => (this.#checks = checks))
    return { process: this.#process.read(), checks: this.#checks }
  }

  stop(): void {
    this.#process.stop()
  }
}

/** Reads this process. */
export class OwnMoments implements Moments {
  readonly #metrics: Pick<Metrics, 'registry'>
  readonly #process: OwnProcess
  readonly #slow: SlowCalls | undefined

  constructor(metrics: Pick<Metrics, 'registry'>, reporter: HealthReporter, slow: SlowCalls | undefined) {
    this.#metrics = metrics
    this.#slow = slow
    this.#process = new OwnProcess(reporter)
  }

  async read(): Promise<Moment> {
    const readings = await readingsOf(this.#metrics.registry)
    return { readings, ...this.#process.read(), workers: undefined, slow: this.#slow?.answer }
  }

  stop(): void {
    this.#process.stop()
  }
}
