import type { MetricsSnapshot } from '@millrace/metrics'
import { flip, ownersOf } from '../dashboard/live/switch.ts'
import { OwnProcess } from '../dashboard/sampling/moment.ts'
import { shownMetrics } from '../dashboard/sampling/readings.ts'
import { HealthReporter } from '../health/report.ts'
import type { Settings } from '../options.ts'
import { ofOneProcess } from '../profile/parts.ts'
import type { SlowCalls } from '../slow/slowCalls.ts'
import type { Glance } from './glances.ts'
import { Outbox } from './outbox.ts'
import type { Question, Questions } from './questions.ts'

/** What a worker answers the listener of its supervisor. */
export interface Answering {
  /** @throws Error in a sentence for what it cannot answer */
  answer(question: unknown): unknown
  /** Answers nothing more but what has been counted, which is asked when all else has ended. */
  close(): void
}

export const answering = (settings: Settings): Answering => {
  const { parts, slow } = ofOneProcess(settings)
  const outbox = new Outbox(parts, settings.clock)
  const answers = answersOf(settings, outbox, slow)
  let isOpen = true
  return {
    answer: (question) => {
      const { about } = question as Question
      if (!Object.hasOwn(answers, about)) throw new Error('This worker is of another version.')
      if (!isOpen && about !== 'metrics') throw new Error('It is about to end.')
      return answers[about](question as never)
    },
    close: () => {
      isOpen = false
      outbox.close()
    },
  }
}

type Answers = {
  readonly [About in keyof Questions]: (
    asked: Questions[About]['asked'],
  ) => Questions[About]['answered'] | Promise<Questions[About]['answered']>
}

const answersOf = (settings: Settings, outbox: Outbox, slow: SlowCalls | undefined): Answers => {
  const { metrics, dashboard } = settings
  const breakers = dashboard?.breakers ?? []
  const reporter = new HealthReporter(settings)
  const snapshot = async (names?: ReadonlySet<string>) => (await metrics?.snapshot(names)) ?? nothing
  const own = once(() => new OwnProcess(reporter))
  return {
    metrics: () => snapshot(),
    health: () => reporter.report(),
    glance: async () => {
      const counted = await snapshot(shownMetrics)
      return {
        ...own().read(),
        ...callsOf(counted),
        snapshot: counted,
        uptimeSeconds: process.uptime(),
        slow: slow?.answer,
      }
    },
    hello: () => null,
    circuit: ({ key }) => ({ owners: ownersOf(breakers, key) }),
    breaker: ({ owners, ...asked }) => ({ state: flip(breakers, asked, owners) }),
    begin: (asked) => outbox.begin(asked),
    next: ({ id }) => outbox.next(id),
    drop: ({ id }) => {
      outbox.drop(id)
      return null
    },
  }
}

const callsOf = ({ metrics }: MetricsSnapshot): Pick<Glance, 'calls' | 'inFlight'> => {
  const valuesOf = (name: string) =>
    metrics.find(({ row }) => row.name === name)?.series.map(([, value]) => value) ?? []
  // A histogram's sum comes first, then its counts.
  const counts = valuesOf('mcp_request_duration_seconds').flatMap((value) => [value].flat().slice(1))
  return { calls: total(counts), inFlight: total(valuesOf('concurrent_requests').flat()) }
}

const total = (values: ReadonlyArray<number | string>): number =>
  values.reduce<number>((sum, one) => sum + Number(one), 0)

const once = <Value>(make: () => Value): (() => Value) => {
  let made: Value | undefined
  return () => (made ??= make())
}

const nothing: MetricsSnapshot = { version: 1, metrics: [], foreign: [] }
