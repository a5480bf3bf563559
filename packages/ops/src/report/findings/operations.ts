import { partsOfTime } from '../../calls/timeSplit.ts'
import type { TimeSplit } from '../../calls/timeSplit.ts'
import { duration, percent } from '../finding.ts'
import type { Finding } from '../finding.ts'
import type { OperationRecord } from '../operationRecord.ts'

/** Operations that are slow, and calls that ask the same again without a cache. */
export const ofOperations = (operations: readonly OperationRecord[], slowMs: number): readonly Finding[] => {
  const allMs = operations.reduce((sum, { totalMs }) => sum + totalMs, 0)
  return operations.flatMap((one) => [...slow(one, allMs, slowMs), ...repeats(one)])
}

const slow = (one: OperationRecord, allMs: number, slowMs: number): readonly Finding[] => {
  const p95 = one.percentile(0.95)
  if (one.calls < fewest || p95 < slowMs) return []
  const [part, ms] = largest(one)
  const text = `95 of 100 calls take up to ${duration(p95)}; ${percent(one.totalMs / allMs)} of all time goes there, ${percent(ms / one.totalMs)} of it ${part.spent}.`
  return [{ kind: 'slowOperation', of: one.operation, text, recommendation: part.helps, value: p95 }]
}

const repeats = ({ operation, uncached, asked }: OperationRecord): readonly Finding[] => {
  if (!operation.startsWith('tools/call ') || asked.again < fewest || asked.again < uncached * worthRatio) return []
  const same = asked.unchanged / asked.again
  if (same < sameRatio) return []
  const text = `${asked.again} of ${uncached} calls asked what had been asked before, and ${percent(same)} of those got the same answer; they took ${duration(asked.againMs)}.`
  const often = asked.gapMs === undefined ? '' : ` The same comes again after ${duration(asked.gapMs)}.`
  const recommendation = `If it only reads, cache it: cached({ tools: { … } }) with a ttlMs that its data allows.${often}`
  return [{ kind: 'repeats', of: operation, text, recommendation, value: asked.again / uncached }]
}

interface Part {
  readonly spent: string
  readonly helps: string
}

const largest = ({ time }: OperationRecord): readonly [Part, number] =>
  partsOfTime
    .map((name) => [parts[name], time[name]] as const)
    .reduce((most, part) => (part[1] > most[1] ? part : most))

const handler: Part = {
  spent: 'in its handler',
  helps: 'A CPU profile shows what it computes; give it a timeout(), and workers() if it computes for long.',
}
const queue: Part = {
  spent: 'in a queue',
  helps: 'Raise the limit of the queue if processor and pools have room, or cache what it asks.',
}
const pool: Part = {
  spent: 'waiting for a connection',
  helps: 'Give the pool more connections, or hold them for less long.',
}
const database: Part = {
  spent: 'in the database',
  helps: 'Look at its queries: EXPLAIN, an index, fewer of them with loader().',
}
const http: Part = {
  spent: 'in requests over HTTP',
  helps: 'Send them side by side, hedge() them, or cache what they bring.',
}
const cache: Part = { spent: 'in the cache', helps: 'Put memory before the slower store: tiered().' }
const joined: Part = {
  spent: 'waiting for what another call loads',
  helps: 'Make the load itself quicker, or serve what is stale meanwhile: staleMs.',
}

const parts: { readonly [Name in keyof TimeSplit]: Part } = {
  queueMs: queue,
  cacheMs: cache,
  joinedMs: joined,
  poolWaitMs: pool,
  databaseMs: database,
  httpMs: http,
  handlerMs: handler,
}

const fewest = 5
const worthRatio = 0.2
const sameRatio = 0.9
