import type { MemoryLevel } from '../shrinkable.ts'

/** Memory at the moment of an event, in bytes. */
export interface MemoryNumbers {
  readonly level: MemoryLevel
  /** What is closest to its limit: the process, its heap, or its control group. */
  readonly signal: 'rss' | 'heap' | 'group'
  /** Which part of that limit is taken, from 0. */
  readonly ratio: number
  readonly rssBytes: number
  readonly heapUsedBytes: number
  readonly heapLimitBytes: number
  /** 0 without a limit. */
  readonly groupUsedBytes: number
  /** Infinity for no limit. */
  readonly groupLimitBytes: number
}

/** What a lifespan says while resources start, calls are drained and resources close, and a guard of memory meanwhile. */
export type LifespanEvent =
  | { readonly type: 'lifespan.started' | 'lifespan.closed'; readonly resource: string; readonly elapsedMs: number }
  | {
      readonly type: 'lifespan.startFailed' | 'lifespan.closeFailed'
      readonly resource: string
      readonly elapsedMs: number
      readonly error: unknown
    }
  | { readonly type: 'lifespan.ready'; readonly elapsedMs: number }
  | { readonly type: 'lifespan.draining'; readonly running: number; readonly reason: string }
  | {
      readonly type: 'lifespan.drained'
      /** Calls given up because they had not finished in time. */
      readonly abandoned: number
      /** Calls refused since the drain began. */
      readonly refused: number
      readonly elapsedMs: number
    }
  | { readonly type: 'lifespan.stopped'; readonly elapsedMs: number; readonly failures: number }
  /** At each look. */
  | (MemoryNumbers & { readonly type: 'memory.measured' })
  | (MemoryNumbers & { readonly type: 'memory.levelChanged'; readonly before: MemoryLevel })
  /** Garbage was collected as memory is short. */
  | { readonly type: 'memory.collected'; readonly tookMs: number }
  /** What was to hold less, or hears of changes (`onChange`), or collects garbage (`collect`), has failed. */
  | { readonly type: 'memory.shrinkFailed'; readonly name: string; readonly error: unknown }
