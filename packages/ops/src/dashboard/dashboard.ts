import { sentence } from '../listener/answer.ts'
import type { Part } from '../listener/part.ts'
import type { HealthReporter } from '../health/report.ts'
import type { Metrics } from '@millrace/metrics'
import type { Settings } from '../options.ts'
import type { SlowCalls } from '../slow/slowCalls.ts'
import type { DashboardSettings } from './options.ts'
import { assets } from './assets.ts'
import { Browsers } from './live/browsers.ts'
import { switchOf } from './live/switch.ts'
import { Ticker } from './live/ticker.ts'
import type { ServerView } from './view/snapshot.ts'

/** The page, what keeps it alive, and the switch of the breakers. */
export const dashboard = (
  { name, aims, breakers, intervalMs, historyMs }: DashboardSettings,
  { registry }: Metrics,
  { clock, access, life }: Settings,
  reporter: HealthReporter,
  slow: SlowCalls | undefined,
): Part => {
  const browsers = new Browsers(clock)
  const server = (): ServerView => {
    const { isReady, state } = life.readiness()
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
  const checks = async () => (await reporter.report()).checks
  let ticker: Ticker | undefined
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
      { path: '/dashboard/breaker', method: 'POST', guard: 'act', handle: switchOf(breakers) },
    ],
    open: () => {
      ticker = new Ticker(
        { registry, clock, intervalMs, historyMs, aims, server, checks, slow: () => slow?.answer },
        browsers,
      )
      void ticker.tick()
    },
    close: () => {
      ticker?.stop()
      browsers.close()
    },
  }
}

const maxBrowsers = 100
