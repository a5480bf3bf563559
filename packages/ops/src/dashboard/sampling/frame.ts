import { label, sums } from './readings.ts'
import type { Reading, Readings } from './readings.ts'

/** What the calls of one operation have come to since the process began. */
export interface Counts {
  /** Calls by outcome. */
  readonly outcomes: ReadonlyMap<string, number>
  /** Calls by how long they took, each bucket for itself; the last one has no end. */
  readonly buckets: readonly number[]
  /** What was looked up in the cache, by result. */
  readonly lookups: ReadonlyMap<string, number>
  /** Time of loading that the cache has spared, in seconds. */
  readonly savedSeconds: number
}

/** Everything at one moment. What happened between two is their difference. */
export interface Frame {
  /** In milliseconds of the clock. */
  readonly at: number
  /** Ends of the buckets, in seconds; the last one, `Infinity`, left out. */
  readonly bounds: readonly number[]
  readonly operations: ReadonlyMap<string, Counts>
  readonly readings: Readings
}

export const frameOf = (readings: Readings, at: number): Frame => {
  const operations = new Map<string, Growing>()
  const growing = (name: string): Growing => {
    const known = operations.get(name)
    if (known !== undefined) return known
    const made = { outcomes: new Map(), buckets: [], lookups: new Map(), savedSeconds: 0 }
    operations.set(name, made)
    return made
  }
  const bounds = addCalls(readings.of('mcp_request_duration_seconds'), growing)
  for (const line of readings.of('mcp_cache_lookups_total')) {
    add(growing(label(line, 'operation')).lookups, label(line, 'result'), line.value)
  }
  for (const [name, seconds] of sums(readings.of('mcp_cache_saved_seconds_total'), 'operation')) {
    growing(name).savedSeconds += seconds
  }
  return { at, bounds, operations, readings }
}

interface Growing extends Counts {
  readonly outcomes: Map<string, number>
  readonly buckets: number[]
  readonly lookups: Map<string, number>
  savedSeconds: number
}

/** Adds up the buckets of all outcomes. Returns where the buckets end. */
const addCalls = (lines: readonly Reading[], growing: (name: string) => Growing): number[] => {
  const bounds: number[] = []
  let index = 0
  let below = 0
  for (const line of lines) {
    const isBucket = line.metricName?.endsWith('_bucket') ?? false
    if (isBucket) {
      const { buckets } = growing(label(line, 'operation'))
      buckets[index] = (buckets[index] ?? 0) + line.value - below
      const end = Number(line.labels['le'])
      if (Number.isFinite(end)) bounds[index] = end
      below = line.value
      index += 1
      continue
    }
    // Buckets of one series come one after the other; what comes after them ends it.
    index = 0
    below = 0
    if (line.metricName?.endsWith('_count') ?? false) {
      add(growing(label(line, 'operation')).outcomes, label(line, 'outcome'), line.value)
    }
  }
  return bounds
}

const add = (to: Map<string, number>, key: string, by: number): void => void to.set(key, (to.get(key) ?? 0) + by)
