import type { Duration } from './random.ts'
import type { ServerOptions } from './server.ts'

/** A tool of the simulated server. */
export interface Tool {
  readonly name: string
  /** Share of all calls that are for it. */
  readonly share: number
  readonly service: Duration
}

/** How it goes from some second on. */
export interface Phase {
  readonly fromS: number
  /** Calls that arrive, as a multiple of what the server can do. */
  readonly load: number
  /** How many times longer than usual everything takes. @default 1 */
  readonly slowdown?: number
}

/** Callers that ask again when they were refused or gave up. */
export interface Retries {
  /** Times that a caller asks again, each after twice the pause, of which it waits a random part. */
  readonly most: number
  readonly pauseMs: number
  /** Tries that all callers together may add, as a share of the calls; `Infinity`: no budget. */
  readonly budgetRatio: number
  /** Whether they come back when they are told to, where they are. @default false: they know better */
  readonly isHintHeeded?: boolean
}

export type Priority = 'critical' | 'high' | 'normal' | 'low'

/** What a server is put through. */
export interface Scenario {
  readonly name: string
  readonly tools: readonly Tool[]
  readonly phases: readonly Phase[]
  /** What arrives before this second of the simulation is not counted. */
  readonly fromS: number
  /** Nor is what arrives after this one. */
  readonly untilS: number
  /** How long callers wait for an answer. */
  readonly patienceMs: number
  /** The limit that subjects get which have one. */
  readonly limit: number
  /** Whether the limit is what a subject is to begin with, when it finds its own. @default false: it is told nothing */
  readonly isLimitInitial?: boolean
  /** Whether the tool stops when its caller is gone. @default false: it works to the end, as most handlers do */
  readonly isWorkStopped?: boolean
  readonly retries?: Retries
  /** Share of the calls of each priority; they are told to the subject. @default all are normal */
  readonly priorities?: Readonly<Partial<Record<Priority, number>>>
  /** Who calls, and the share of the calls that are theirs. @default nobody says who they are */
  readonly principals?: Readonly<Record<string, number>>
  readonly server?: ServerOptions
  /** Calls per second that are a load of 1. @default what 10 slots do with calls of 10 ms: 1000 */
  readonly capacity: number
}

/** The last phase alone, a second of it counted. */
export const shortened = (scenario: Scenario): Scenario => ({
  ...scenario,
  phases: scenario.phases.slice(-1).map((phase) => ({ ...phase, fromS: 0 })),
  fromS: 0,
  untilS: 1,
})
