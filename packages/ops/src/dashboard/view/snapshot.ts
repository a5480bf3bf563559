import type { CheckReport } from '../../health/probe.ts'
import type { SlowCallsAnswer } from '../../slow/slowCall.ts'
import type { ProcessReading } from '../sampling/processReading.ts'
import type { Goals } from '../targets.ts'
import type { Alert } from './alerts.ts'
import type { ErrorKind } from './errors.ts'
import type { Figures } from './figures.ts'
import type { BreakerView, LimitView, PoolView, QueueView, TierView } from './parts.ts'
import type { ToolView } from './tools.ts'
import type { WorkerView } from './workers.ts'

/** What the page shows of the moment and of the last minute; the page has no other source. */
export interface Snapshot {
  /** In milliseconds since 1970. */
  readonly at: number
  readonly server: ServerView
  /** The last minute, and the one before it as soon as there was one. */
  readonly now: Figures
  readonly before: Figures | undefined
  readonly inFlight: number
  readonly targets: Goals
  readonly alerts: readonly Alert[]
  readonly tools: readonly ToolView[]
  /** Operations that are not among `tools`, as there are too many. */
  readonly moreTools: number
  readonly errors: readonly ErrorKind[]
  readonly tiers: readonly TierView[]
  readonly queues: readonly QueueView[]
  readonly limits: readonly LimitView[]
  readonly breakers: readonly BreakerView[]
  readonly pools: readonly PoolView[]
  /** Of all processes together. */
  readonly process: ProcessReading
  readonly checks: { readonly [name: string]: CheckReport }
  /** The last slow calls; undefined when nobody looks for them. */
  readonly slow: SlowCallsAnswer | undefined
  /** Each of the processes, where there are several. */
  readonly workers: readonly WorkerView[] | undefined
}

/** Who is shown. */
export interface ServerView {
  readonly name: string
  readonly pid: number
  readonly node: string
  readonly uptimeSeconds: number
  readonly ready: boolean
  readonly state: string
  /** How far two points of the charts are apart, in milliseconds. */
  readonly intervalMs: number
  /** Whether there is a token, without which nobody gets profiles. */
  readonly canAct: boolean
  /** Whether there are a token and a breaker, without which nobody may switch anything. */
  readonly canSwitch: boolean
}

/** One point of every chart: what happened since the point before. */
export interface Point {
  readonly at: number
  /** Calls a second, by outcome. */
  readonly rates: { readonly [outcome: string]: number }
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly hitRatio: number | undefined
  readonly savedSeconds: number
  readonly inFlight: number
  /** Calls that wait in queues. */
  readonly waiting: number
  readonly cpuPercent: number
  readonly loopDelayMs: number
  readonly rssBytes: number
  readonly heapUsedBytes: number
}
