import type { Metrics } from '@millrace/metrics'
import { json, sentence } from '../listener/answer.ts'
import type { Answer } from '../listener/answer.ts'
import type { Asked, Part } from '../listener/part.ts'
import { numberOf, patience } from '../profile/asked.ts'
import type { ProfilesSettings } from '../profile/profiles.ts'
import type { Turn } from '../profile/turn.ts'
import type { SlowCalls } from '../slow/slowCalls.ts'
import { measure } from './measure.ts'
import { reportText } from './reportText.ts'

/** A report of what the server spends its time and memory on, for those who know the token. */
export const reports = (
  metrics: Metrics,
  { clock, maxSnapshotBytes }: ProfilesSettings,
  turn: Turn,
  slow: Pick<SlowCalls, 'answer'> | undefined,
): Part => {
  let closing = new AbortController()
  const handle = async (request: Asked): Promise<Answer> => {
    const seconds = numberOf(request, 'seconds', { min: 0.1, max: 600, otherwise: 30 })
    if (typeof seconds !== 'number') return seconds
    const slowMs = numberOf(request, 'slowMs', { min: 0, max: 600_000, otherwise: 500 })
    if (typeof slowMs !== 'number') return slowMs
    const memory = numberOf(request, 'memory', { min: 0, max: 1, otherwise: 0 })
    if (typeof memory !== 'number') return memory
    if (memory > 0 && process.memoryUsage().heapUsed > maxSnapshotBytes) {
      return sentence(413, 'The heap is larger than maxSnapshotBytes: ask without memory=1.')
    }
    const done = turn.take('report')
    if (typeof done !== 'function') return done
    const { signal, end } = patience(request, closing.signal)
    try {
      const options = { forMs: seconds * 1000, slowMs, hasMemory: memory > 0, clock, signal, slow }
      const report = await measure(metrics, options)
      const isText = request.headers.accept?.includes('text/plain') ?? false
      return isText ? { type: 'text/plain; charset=utf-8', body: reportText(report) } : json(report)
    } finally {
      end()
      done()
    }
  }
  return {
    routes: [{ path: '/report', method: 'POST', guard: 'act', handle }],
    open: () => {
      closing = new AbortController()
    },
    close: () => closing.abort(),
  }
}
