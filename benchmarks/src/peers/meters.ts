import { outcomeOf } from '@millrace/core'
import { peer } from '../case.ts'
import { ours } from './guard.ts'
import type { Guard } from './guard.ts'

const millrace: Guard = ours('metrics()', async () => (await import('@millrace/metrics')).metrics())

const names = ['method', 'operation', 'outcome'] as const
const said = { method: 'tools/call', operation: 'tools/call search' }

/** What the others count with: the same three labels, the same number of buckets, and calls under way. */
const promClient = (name: string, isBound: boolean): Guard => ({
  name,
  note: isBound ? 'labels looked up beforehand, which takes knowing them' : 'labels as objects, call by call',
  open: async (handler) => {
    const { Gauge, Histogram, Registry } = await peer(() => import('prom-client'))
    const registers = [new Registry()]
    const buckets = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    const durations = new Histogram({ name: 'durations', help: 'durations', labelNames: names, buckets, registers })
    const running = new Gauge({ name: 'running', help: 'running', registers })
    const bound = durations.labels({ ...said, outcome: 'ok' })
    return {
      run: async () => {
        running.inc()
        const startedAt = performance.now()
        const result = await handler()
        const outcome = outcomeOf(result)
        const seconds = (performance.now() - startedAt) / 1000
        if (isBound) bound.observe(seconds)
        else durations.observe({ ...said, outcome }, seconds)
        running.dec()
        return result
      },
    }
  },
})

/** What counts calls; the first is ours. */
export const meters: readonly Guard[] = [
  millrace,
  promClient('prom-client 15.1', false),
  promClient('prom-client 15.1, bound', true),
]
