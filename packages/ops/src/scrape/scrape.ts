import type { Metrics } from '@millrace/metrics'
import type { Part } from '../listener/part.ts'

/** What Prometheus reads. */
export const scrape = (metrics: Pick<Metrics, 'exposition'>): Part => ({
  routes: [
    {
      path: '/metrics',
      guard: 'read',
      handle: async ({ headers }) => {
        const { contentType, body } = await metrics.exposition(headers.accept)
        return { type: contentType, body }
      },
    },
  ],
})
