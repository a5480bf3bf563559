import { sentence } from '../listener/answer.ts'
import type { Part } from '../listener/part.ts'
import type { HealthReporter } from '../health/report.ts'
import type { Metrics } from '@millrace/metrics'
import type { Settings } from '../options.ts'
import type { SlowCalls } from '../slow/slowCalls.ts'
import type { DashboardSettings } from './options.ts'
import type { Counts } from '../workers/counts.ts'
import { AllMoments } from '../workers/glances.ts'
import { readinessOfAll } from '../workers/health.ts'
import { switchOfAll } from '../workers/switches.ts'
import type { Workers } from '../workers/workers.ts'
import { assets } from './assets.ts'
import { Browsers } from './live/browsers.ts'
import { ownSwitch, switchOf } from './live/switch.ts'
import { Ticker } from './live/ticker.ts'
import { OwnMoments } from './sampling/moment.ts'
import type { Moments } from './sampling/moment.ts'
import type { ServerView } from './view/snapshot.ts'

/** Where what is shown comes from. */
export interface DashboardSources {
  readonly metrics: Metrics
  readonly reporter: HealthReporter
  readonly workers: Workers
  readonly counts: Counts
  /** Undefined when nobody looks for them. */
  readonly slow: SlowCalls | undefined
}

/** The page, what keeps it alive, and the switch of the breakers. */
export const dashboard = (
  { name, aims, breakers, intervalMs, historyMs }: DashboardSettings,
  { metrics, reporter, workers, counts, slow }: DashboardSources,
  { clock, access, life }: Settings,
): Part => {
  const browsers = new Browsers(clock)
  const server = (): ServerView => {
    const { supervision } = workers
    const { isReady, state } = supervision === undefined ? life.readiness() : readinessOfAll(supervision)
    return {
      name,
      pid: process.pid,
      node: process.version,
      uptimeSeconds: Math.round(process.uptime()),
      ready: isReady,
      state,
      intervalMs,
      canAct: access.token !== undefined,
      canSwitch: access.token !== undefined && breakers.length > 0,
    }
  }
  const here = ownSwitch(breakers)
  const everywhere = switchOfAll(workers)
  let ticker: Ticker | undefined
  let own: Moments | undefined
  const all = new AllMoments(workers, counts, clock)
  return {
    routes: [
      ...assets(),
      {
        path: '/dashboard/live',
        guard: 'read',
        handle: () => {
          if (ticker === undefined || browsers.count >= maxBrowsers)
            return sentence(503, 'Too many dashboards are open.')
          const hello = ticker.hello()
          return { type: 'text/event-stream', body: (response) => browsers.add(response, hello) }
        },
      },
      {
        path: '/dashboard/breaker',
        method: 'POST',
        guard: 'act',
        handle: switchOf((flip) => (workers.supervision === undefined ? here : everywhere)(flip)),
      },
    ],
    open: () => {
      const alone = (own = new OwnMoments(metrics, reporter, slow))
      const moments = (): Moments => (counts.totals === undefined ? alone : all)
      ticker = new Ticker({ moments, clock, intervalMs, historyMs, aims, server }, browsers)
      void ticker.tick()
    },
    close: () => {
      ticker?.stop()
      own?.stop()
      all.stop()
      browsers.close()
    },
  }
}

const maxBrowsers = 100
