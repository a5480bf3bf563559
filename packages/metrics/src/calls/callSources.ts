import type { Outcome } from '@millrace/core'
import type { Source } from '../exposition/exposed.ts'
import { Histogram } from '../series/histogram.ts'
import { histogramSamples, sampleOf } from '../series/sample.ts'
import type { Sample } from '../series/sample.ts'
import type { CallMeter } from './callMeter.ts'
import type { Ending, Operation } from './operations.ts'

/** What is scraped of calls, by the names of `callRows`: four metrics from what is counted once. */
export const callSources = (meter: CallMeter): { readonly [metric: string]: Source } => ({
  mcp_request_duration_seconds: {
    samples: () =>
      endingsOf(meter).flatMap(({ labels, histogram }) =>
        histogramSamples('mcp_request_duration_seconds', labels, histogram),
      ),
    reset: () => {
      for (const { histogram } of endingsOf(meter)) histogram.clear()
    },
  },
  mcp_requests_total: {
    samples: () => endingsOf(meter).map(({ labels, histogram }) => sampleOf(labels, histogram.count)),
  },
  tool_execution_duration_seconds: {
    samples: () => [...meter.operations.entries()].flatMap(executions),
  },
  concurrent_requests: { samples: () => [sampleOf({}, meter.inFlight)] },
})

const endingsOf = (meter: CallMeter): Ending[] =>
  [...meter.operations.entries()].flatMap(({ endings }) => Object.values(endings))

/** Calls of a tool that went well in one histogram, all others in another; what was refused has executed nothing. */
const executions = ({ tool, endings }: Operation): Sample[] => {
  if (tool === undefined) return []
  const executed = Object.values(endings).filter(({ outcome }) => outcome !== 'rejected')
  return (['success', 'error'] as const).flatMap((status) => {
    const parts = executed.filter(({ outcome }) => successes.has(outcome) === (status === 'success'))
    const whole = sum(parts)
    return whole === undefined ? [] : histogramSamples('tool_execution_duration_seconds', tool[status], whole)
  })
}

const sum = (parts: readonly Ending[]): Histogram | undefined => {
  const [first] = parts
  if (first === undefined) return undefined
  const whole = new Histogram(first.histogram.bounds)
  for (const { histogram } of parts) whole.add(histogram)
  return whole
}

const successes = new Set<Outcome>(['ok', 'inputRequired'])
