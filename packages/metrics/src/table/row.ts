import type { Events } from '@millrace/core'
import type { Together } from './together.ts'

/** One metric: what it is called, what it says, and where its numbers come from. */
export interface MetricRow {
  readonly name: string
  /** Which way it moves: only up, both ways, or in buckets. */
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** What it counts, in a sentence. */
  readonly help: string
  /** The names of its labels. */
  readonly labels: readonly string[]
  /** What one is one of. @default things that can be counted */
  readonly unit?: 'seconds' | 'bytes' | 'ratio' | 'percent' | undefined
  /** The events that change it, what `watch` asks for it, `calls` that pass the middleware, the `process`, `targets`, or the `supervisor`. */
  readonly from: ReadonlyArray<keyof Events | 'calls' | 'process' | 'supervisor' | 'targets' | 'watch'>
  /** How those of several processes become one; what is counted is always added up. @default 'sum' */
  readonly together?: Together | undefined
}
