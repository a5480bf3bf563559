import { Histogram } from '../series/histogram.ts'
import type { Shown, Source } from '../series/source.ts'
import type { CallMeter } from './callMeter.ts'
import type { Ending } from './operations.ts'

/** What is scraped of calls, by the names of `callRows`: four metrics from what is counted once. */
export const callSources = (meter: CallMeter): { readonly [metric: string]: ReadySource } => ({
  mcp_request_duration_seconds: {
    series: () => endingsOf(meter).map(({ labels, histogram }) => ({ labels, value: histogram })),
    reset: () => {
      for (const { histogram } of endingsOf(meter)) histogram.clear()
    },
  },
  mcp_requests_total: {
    series: () => endingsOf(meter).map(({ labels, histogram }) => ({ labels, value: histogram.count })),
  },
  tool_execution_duration_seconds: { series: () => executions(meter) },
  concurrent_requests: { series: () => [{ labels: none, value: meter.inFlight }] },
})

/** One that has its numbers at hand. */
interface ReadySource extends Source {
  series(): Iterable<Shown>
}

const none = {}

const endingsOf = (meter: CallMeter): Ending[] =>
  [...meter.operations.entries()].flatMap(({ endings }) => Object.values(endings))

/** Calls of a tool that went well in one histogram, all others in another; what was refused has executed nothing. */
function* executions(meter: CallMeter): Generator<Shown> {
  for (const { tool, endings } of meter.operations.entries()) {
    if (tool === undefined) continue
    let success: Histogram | undefined
    let error: Histogram | undefined
    for (const { outcome, histogram } of Object.values(endings)) {
      if (outcome === 'ok' || outcome === 'inputRequired') success = sum(success, histogram)
      else if (outcome !== 'rejected') error = sum(error, histogram)
    }
    if (success !== undefined) yield { labels: tool.success, value: success }
    if (error !== undefined) yield { labels: tool.error, value: error }
  }
}

// Most tools go well in one way and fail in one, and then there is nothing to add up.
const sum = (whole: Histogram | undefined, part: Histogram): Histogram => {
  if (whole === undefined) return part
  const both = new Histogram(part.bounds)
  both.add(whole)
  both.add(part)
  return both
}
