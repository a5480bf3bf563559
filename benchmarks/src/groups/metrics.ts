import type { Case, Group } from '../case.ts'
import type { Guard } from '../peers/guard.ts'
import { meters } from '../peers/meters.ts'
import { compared, quiet } from '../peers/quiet.ts'

/** The handler alone, awaited as the others are. */
const bare: Guard = { name: 'nothing', open: async (handler) => ({ run: handler }) }

/** An answer to Prometheus, with so many tools that fail and do not. */
const scrape = (tools: number, bar?: number): Case => ({
  name: `scrape: ${tools} tools`,
  base: 'scrape: 50 tools',
  unit: 'ms',
  ...(bar === undefined ? {} : { bar }),
  note: `${tools * 2} histograms of calls, as many of tools, the process`,
  setup: async () => {
    const { metrics } = await import('@millrace/metrics')
    const { fakeCall } = await import('@millrace/core/testing')
    const numbers = metrics()
    for (let tool = 0; tool < tools; tool += 1) {
      await numbers(fakeCall({ target: `tool ${tool}` }), async () => ({ content: [] }))
      await numbers(fakeCall({ target: `tool ${tool}` }), async () => ({ isError: true }))
    }
    return async (times) => {
      for (let at = 0; at < times; at += 1) await numbers.exposition()
    }
  },
})

/** What it costs to count a call, next to what others count with, and to tell Prometheus. */
export const group: Group = {
  name: 'metrics',
  module: import.meta.url,
  cases: [
    ...compared('a call counted', meters, 0.3),
    quiet('a call counted', bare, meters[0] as Guard),
    scrape(50, 5),
    scrape(500),
  ],
}
