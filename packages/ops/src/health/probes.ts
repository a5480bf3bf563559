import type { Part } from '../listener/part.ts'
import { json } from '../listener/answer.ts'
import type { Settings } from '../options.ts'
import { healthOfAll, readinessOfAll } from '../workers/health.ts'
import type { Workers } from '../workers/workers.ts'
import type { HealthReporter } from './report.ts'

/** Liveness, which asks nobody; readiness, which asks the lifespan, or knows of workers; health, which asks everything. */
export const probes = ({ life, bounds }: Settings, reporter: HealthReporter, workers: Workers): Part => {
  const readiness = () => (workers.supervision === undefined ? life.readiness() : readinessOfAll(workers.supervision))
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
          const { isReady, state } = readiness()
          return json({ ready: isReady, state }, isReady ? 200 : 503)
        },
      },
      {
        path: '/health/detailed',
        guard: 'read',
        handle: async () => {
          const { supervision } = workers
          const report = await (supervision === undefined
            ? reporter.report()
            : healthOfAll(workers, supervision, bounds.checkMs))
          return json(report, report.status === 'unhealthy' ? 503 : 200)
        },
      },
    ],
  }
}
