import { autocannon, millrace, wrk } from './generators.ts'
import type { Generator, Measured, Width } from './generators.ts'

/** One load, as some generators make it. */
export interface Load {
  readonly name: string
  /** What is compared. */
  readonly unit: 'answers/s' | 'p50 ms'
  readonly callers: number
  readonly generators: readonly Generator[]
}

/** As fast as the server answers sixteen callers, and one. */
export const loads: readonly Load[] = [
  { name: '16 callers', unit: 'answers/s', callers: 16, generators: [millrace, wrk, autocannon] },
  { name: '1 caller', unit: 'p50 ms', callers: 1, generators: [millrace, wrk] },
]

/** What one generator has found of one load, a round each. */
export type Rounds = ReadonlyMap<Generator, readonly Measured[]>

/** One line of the table. */
export interface Row {
  readonly load: string
  readonly unit: Load['unit']
  readonly ours: number
  readonly wrk: number
  readonly autocannon: number | undefined
  readonly ratio: number
  readonly agrees: boolean
}

/** The best of the rounds: whatever else the machine does makes a rate lower and a latency longer, never better. */
export const best = (measured: readonly Measured[], unit: Load['unit']): number =>
  unit === 'answers/s'
    ? Math.max(...measured.map(({ ratePerSecond }) => ratePerSecond))
    : Math.min(...measured.map(({ p50Ms }) => p50Ms))

/** A rate agrees with the highest that anybody found: a generator can only understate what a server does. */
export const rowOf = (load: Load, rounds: Rounds): Row => {
  const of = (generator: Generator) => best(rounds.get(generator) ?? [], load.unit)
  const ours = of(millrace)
  const canon = load.generators.includes(autocannon) ? of(autocannon) : undefined
  const reference = load.unit === 'answers/s' ? Math.max(of(wrk), canon ?? 0) : of(wrk)
  return {
    load: load.name,
    unit: load.unit,
    ours,
    wrk: of(wrk),
    autocannon: canon,
    ratio: ours / reference,
    agrees: isAlike(load.unit, ours, reference),
  }
}

/**
 * Calls that come at half of the rate that the server can take find it free, if they come evenly: each takes as long as
 * that of somebody who calls alone.
 */
export const atHalf = (one: Row, measured: readonly Measured[]): Row => {
  const ours = best(measured, 'p50 ms')
  const agrees = isAlike('p50 ms', ours, one.wrk)
  return { ...one, load: 'at half that rate', ours, ratio: ours / one.wrk, agrees }
}

/** How far apart they may be. Of what takes a fraction of a millisecond, a tenth is less than a turn of an event loop. */
const isAlike = (unit: Load['unit'], ours: number, reference: number): boolean =>
  Math.abs(ours / reference - 1) <= alikeRatio || (unit === 'p50 ms' && Math.abs(ours - reference) <= alikeMs)

/** A tenth. */
export const alikeRatio = 0.1
/** Milliseconds. */
export const alikeMs = 0.1

/** Runs a load once with each generator, in another order in each round. */
export const roundOf = (url: string, load: Load, round: number, seconds: number): Map<Generator, Measured> => {
  const { generators, callers } = load
  const width: Width = { seconds, connections: callers }
  const turn = generators.map((_, index) => generators[(index + round) % generators.length]!)
  return new Map(turn.map((generator) => [generator, generator.run(url, width)]))
}
