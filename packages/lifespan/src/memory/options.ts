import { arrayOf, checkOptions, either, func, having, integer, number, off, record } from '@millrace/core'
import type { Clock, MemoryLevel, Resource, Shrinkable } from '@millrace/core'
import { collectGarbage } from './collector.ts'
import { processMemory } from './reading.ts'
import type { MemorySource } from './reading.ts'

/** Something that is told to hold less, or a resource that gives such a thing when it has started. */
// What a resource needs is its own affair: each has other needs.
// oxlint-disable-next-line typescript/no-explicit-any
export type ShrinkableOrResource = Shrinkable | Resource<Shrinkable, any>

/** What is told of a change. */
export interface MemoryChange {
  readonly level: MemoryLevel
  readonly before: MemoryLevel
  /** The worst part of a limit that is taken, from 0. */
  readonly ratio: number
}

/** Options of `memoryGuard`. Ratios are parts of the limit, above 0. */
export interface MemoryGuardOptions {
  /**
   * What holds less while memory is short, by name: `{ cache, db, http }`, what `cached()`, `postgres()` and `httpPool()`
   * give, and anything else with `shrinkTo(share)`. A resource among them starts before and closes after. @default {}
   */
  readonly shrink?: { readonly [name: string]: ShrinkableOrResource } | undefined
  /**
   * Which part each of them may hold when memory is elevated, high and critical, from 0 to 1.
   * @default [0.5, 0.2, 0]
   */
  readonly shares?: readonly [elevated: number, high: number, critical: number] | undefined
  /**
   * What the process may take, in bytes ≥ 1; `Infinity` not to look at it.
   * @default what its control group may take at the time, else the memory of the machine
   */
  readonly maxBytes?: number | undefined
  /** From which part of a limit on memory is elevated. @default 0.7 */
  readonly elevatedRatio?: number | undefined
  /** From which part of a limit on memory is high; above `elevatedRatio`. @default 0.8 */
  readonly highRatio?: number | undefined
  /** From which part of a limit on memory is critical; above `highRatio`. @default 0.9 */
  readonly criticalRatio?: number | undefined
  /** How far below a step memory must come to be back under it, from 0 to 0.5. @default 0.05 */
  readonly hysteresisRatio?: number | undefined
  /** How long it must have been below, in milliseconds ≥ 0. @default 5_000 */
  readonly calmMs?: number | undefined
  /** How often is looked, in milliseconds ≥ 10. @default 500 */
  readonly everyMs?: number | undefined
  /**
   * Collects garbage: when the level has gone up, and as often as takes a twentieth of the time while it is high, a fifth
   * while it is critical. `false` leaves it to V8, which sees its heap and not the memory of the process. @default as V8
   * does it when the system is out of memory, with a pause of about a millisecond per megabyte of small objects
   */
  readonly collect?: (() => unknown) | false | undefined
  /** Told of every change of the level; what it throws is an event. @default none */
  readonly onChange?: ((change: MemoryChange) => unknown) | undefined
  /** Where the readings come from. @default the process and its control group */
  readonly source?: MemorySource | undefined
  /** @default the lifespan's */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export type Settings = {
  readonly [Name in Exclude<keyof MemoryGuardOptions, 'clock' | 'maxBytes'>]-?: Exclude<
    MemoryGuardOptions[Name],
    undefined
  >
} & Pick<MemoryGuardOptions, 'clock' | 'maxBytes'>

/** @throws TypeError when an option makes no sense */
export const settingsOf = (options: MemoryGuardOptions): Settings => {
  checkOptions('memoryGuard', options, checks)
  const {
    shrink = {},
    shares = [0.5, 0.2, 0],
    source = processMemory(),
    maxBytes,
    elevatedRatio = 0.7,
    highRatio = 0.8,
    criticalRatio = 0.9,
    hysteresisRatio = 0.05,
    calmMs = 5_000,
    everyMs = 500,
    collect = collectGarbage,
    onChange = () => {},
    clock,
  } = options
  if (!(elevatedRatio < highRatio && highRatio < criticalRatio)) {
    throw new TypeError(
      'memoryGuard: elevatedRatio must be below highRatio and that below criticalRatio, ' +
        `got ${elevatedRatio}, ${highRatio} and ${criticalRatio}`,
    )
  }
  const { length }: { readonly length: number } = shares
  if (length !== 3) throw new TypeError(`memoryGuard.shares must be three numbers, got ${length}`)
  for (const [name, one] of Object.entries(shrink)) checkShrinkable(name, one)
  const steps = { elevatedRatio, highRatio, criticalRatio, hysteresisRatio, calmMs }
  return { shrink, shares, maxBytes, ...steps, everyMs, collect, onChange, source, clock }
}

const checkShrinkable = (name: string, one: unknown): void => {
  const { shrinkTo, start } = (one ?? {}) as { readonly [part: string]: unknown }
  if (typeof shrinkTo === 'function' || typeof start === 'function') return
  throw new TypeError(`memoryGuard.shrink.${name} must have shrinkTo(share), or be a resource whose value has it`)
}

const part = number({ min: 0.01, max: 1 })
const duration = number({ min: 0 })

const checks = {
  shrink: record,
  shares: arrayOf(number({ min: 0, max: 1 }), 'three numbers from 0 to 1'),
  maxBytes: integer({ min: 1, unlimited: true }),
  elevatedRatio: part,
  highRatio: part,
  criticalRatio: part,
  hysteresisRatio: number({ min: 0, max: 0.5 }),
  calmMs: duration,
  everyMs: number({ min: 10 }),
  collect: either(func, off),
  onChange: func,
  source: having('a source of readings', 'read'),
  clock: having('a clock', 'now', 'after'),
}
