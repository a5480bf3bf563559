import type { Metrics } from '@millrace/metrics'
import type { Part } from '../listener/part.ts'
import type { Counts } from '../workers/counts.ts'

/** What Prometheus reads: the counts of this process, or where it looks after others those of all of them. */
export const scrape = (metrics: Pick<Metrics, 'exposition'>, counts: Counts): Part => ({
  routes: [
    {
      path: '/metrics',
      guard: 'read',
      handle: async ({ headers }) => {
        if (counts.totals !== undefined) await counts.read()
        const { contentType, body } = await (counts.totals ?? metrics).exposition(headers.accept)
        return { type: contentType, body }
      },
    },
  ],
})
