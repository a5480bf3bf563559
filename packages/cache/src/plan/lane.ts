import type { Call } from '@millrace/core'
import type { MemoBudget } from '../keys/keyMemo.ts'
import { Shapes } from '../keys/shape.ts'
import type { Counters } from '../statistics.ts'
import type { Invalidates } from './options.ts'
import type { Settings } from './settings.ts'

/** What all calls of one operation have in common, worked out once. */
export interface Lane {
  /** What the calls are counted as. */
  readonly operation: string
  /** What entries are found by: the operation, also where the door counts a tool among `(unknown)` ones. */
  readonly name: string
  /** The beginning of their keys. */
  readonly head: string
  /** Whether the name says the target, so that the rest of the key need not. */
  readonly isNamed: boolean
  readonly settings: Settings
  /** Whether each call's tool must say that it only reads; false where the author named it. */
  readonly needsReadOnly: boolean
  /** Whether results carry hints for clients. */
  readonly isHinted: boolean
  readonly counters: Counters
  /** Whether a key needs nothing that the author computes for each call. */
  readonly isSimple: boolean
  readonly shapes: Shapes
}

/** A tool that is not cached and makes others outdated. */
export interface WriteLane {
  readonly settings?: undefined
  readonly invalidates: Invalidates
}

/** A lane for the operation of a call. */
export const laneOf = (
  { method, target, operation, isWrapped }: Call,
  settings: Settings,
  needsReadOnly: boolean,
  counters: Counters,
  budget: MemoBudget,
): Lane => {
  const isNamed = isByTarget(method) && target !== undefined
  const name = isNamed ? `${method} ${target}` : operation
  return {
    operation,
    name,
    // What a handler returns and what its server makes of that are two things, should both be cached.
    head: `${isWrapped === true ? 'w' : ''}${name.length}"${name}`,
    isNamed,
    settings,
    needsReadOnly,
    isHinted: hinted.has(method),
    counters,
    isSimple: settings.varyBy === undefined && settings.key === undefined,
    shapes: new Shapes(budget),
  }
}

/** Whether a method names one of a few things, each with a lane of its own. */
export const isByTarget = (method: string): boolean => method === 'tools/call' || method === 'prompts/get'

// The results that the protocol lets clients keep (2026-07-28, server/utilities/caching): a closed list.
const hinted: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
])
