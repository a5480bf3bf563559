import type { Case, Group } from '../case.ts'
import type { Guard } from '../peers/guard.ts'
import { meters } from '../peers/meters.ts'
import { compared, quiet } from '../peers/quiet.ts'
import { Stopwatch } from '../stopwatch.ts'

/** The handler alone, awaited as the others are. */
const bare: Guard = { name: 'nothing', open: async (handler) => ({ run: handler }) }

/** An answer to Prometheus, with so many tools that fail and do not, each of which has been called since the last one. */
const scrape = (tools: number, bar?: number): Case => ({
  name: `scrape: ${tools} tools`,
  base: 'scrape: 50 tools',
  unit: 'ms',
  ...(bar === undefined ? {} : { bar }),
  note: `${tools * 2} histograms of calls that have all changed, as many of tools, the process`,
  setup: async () => {
    const { metrics } = await import('@millrace/metrics')
    const { fakeCall } = await import('@millrace/core/testing')
    const numbers = metrics()
    const calls = Array.from({ length: tools }, (_, tool) => fakeCall({ target: `tool ${tool}` }))
    const stopwatch = new Stopwatch()
    return async (times) => {
      stopwatch.ns = 0
      for (let at = 0; at < times; at += 1) {
        for (const call of calls) {
          await numbers(call, async () => ({ content: [] }))
          await numbers(call, async () => ({ isError: true }))
        }
        stopwatch.start()
        await numbers.exposition()
        stopwatch.stop()
      }
      return stopwatch.ns
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
    scrape(50),
    scrape(500, 5),
  ],
}
