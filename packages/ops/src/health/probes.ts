import type { Part } from '../listener/part.ts'
import { json } from '../listener/answer.ts'
import type { Settings } from '../options.ts'
import type { HealthReporter } from './report.ts'

/** Liveness, which asks nobody; readiness, which asks the lifespan; health, which asks everything. */
export const probes = ({ life }: Settings, reporter: HealthReporter): Part => {
  return {
    routes: [
      {
        path: '/health',
        guard: 'probe',
        handle: () => json({ status: 'alive', uptimeSeconds: Math.round(process.uptime()) }),
      },
      {
        path: '/ready',
        guard: 'probe',
        handle: () => {
          const { isReady, state } = life.readiness()
          return json({ ready: isReady, state }, isReady ? 200 : 503)
        },
      },
      {
        path: '/health/detailed',
        guard: 'read',
        handle: async () => {
          const report = await reporter.report()
          return json(report, report.status === 'unhealthy' ? 503 : 200)
        },
      },
    ],
  }
}
