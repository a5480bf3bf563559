import type { MetricsEvent } from '@millrace/core'
import { measures } from './measures.ts'
import type { Span, TargetName } from './measures.ts'

/** How the server stands to a target. */
export interface TargetState {
  readonly target: TargetName
  /** What is aimed at, in the unit that the target's name ends in. */
  readonly goal: number
  /** What was measured over the window; undefined where there was too little. */
  readonly value: number | undefined
  /** What it was measured of, where there are several: the pool that is used most. */
  readonly of: string | undefined
  readonly isBreached: boolean
  /** Since when it is breached, in milliseconds since 1970. */
  readonly since: number | undefined
}

/** One target: breached as soon as it is missed, reached again only with a margin, or when nobody can say. */
export class Standing {
  readonly #goal: number
  /** At which it counts as reached again. */
  readonly #well: number
  readonly #target: TargetName
  state: TargetState

  constructor(target: TargetName, goal: number, marginRatio: number) {
    this.#target = target
    this.#goal = goal
    this.#well = measures[target].isMost ? goal * (1 - marginRatio) : goal + (1 - goal) * marginRatio
    this.state = { target, goal, value: undefined, of: undefined, isBreached: false, since: undefined }
  }

  /** @returns what has changed, if anything has */
  look(span: Span, minCalls: number, now: number): MetricsEvent | undefined {
    const measured = measures[this.#target].of(span, minCalls)
    const value = measured?.value
    const of = measured?.of
    const before = this.state
    const isBreached = value !== undefined && this.#misses(value, before.isBreached ? this.#well : this.#goal)
    const since = isBreached ? (before.since ?? now) : undefined
    this.state = { target: this.#target, goal: this.#goal, value, of, isBreached, since }
    if (isBreached === before.isBreached) return undefined
    const type = isBreached ? 'target.breached' : 'target.recovered'
    return { type, target: this.#target, goal: this.#goal, value, of }
  }

  #misses(value: number, goal: number): boolean {
    return measures[this.#target].isMost ? value > goal : value < goal
  }
}
