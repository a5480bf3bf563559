import type { CheckReport } from '../../health/probe.ts'
import type { Frame } from '../sampling/frame.ts'
import { hitRatioOf, periods, quantileMs, together } from '../sampling/period.ts'
import type { ProcessReading } from '../sampling/processReading.ts'
import type { Frames } from '../sampling/frames.ts'
import type { SlowCallsAnswer } from '../../slow/slowCall.ts'
import type { Goals } from '../targets.ts'
import type { Watched } from './alerts.ts'
import { errorsOf } from './errors.ts'
import { figuresOf } from './figures.ts'
import { breakersOf, inFlightOf, limitsOf, poolsOf, queuesOf, tiersOf, waitingOf } from './parts.ts'
import type { Point, ServerView } from './snapshot.ts'
import { toolsOf } from './tools.ts'
import type { WorkerView } from './workers.ts'

/** How long the periods are that are compared, in milliseconds. */
export const periodMs = 60_000

/** What beside the metrics is shown. */
export interface Surroundings {
  readonly server: ServerView
  readonly targets: Goals
  readonly process: ProcessReading
  readonly checks: { readonly [name: string]: CheckReport }
  /** Undefined when nobody looks for slow calls. */
  readonly slow: SlowCallsAnswer | undefined
  readonly workers: readonly WorkerView[] | undefined
}

/** Everything of the moment but the alerts. */
export const viewOf = (frame: Frame, frames: Frames, surroundings: Surroundings): Watched => {
  const minuteAgo = frames.before(frame.at - periodMs) ?? frame
  const earlier = frames.before(frame.at - 2 * periodMs)
  // A second period that is none of its own would only look like one.
  const before = earlier !== undefined && earlier.at <= minuteAgo.at - periodMs / 2 ? earlier : undefined
  const now = periods(frame, minuteAgo)
  const previous = before && periods(minuteAgo, before)
  const seconds = Math.max(0.001, (frame.at - minuteAgo.at) / 1000)
  const all = together(now.values(), seconds)
  const allBefore = before && previous && together(previous.values(), (minuteAgo.at - before.at) / 1000)
  const tools = toolsOf(frame, now, previous, frames.all)
  return {
    at: frame.at,
    ...surroundings,
    slow: surroundings.slow && { ...surroundings.slow, calls: surroundings.slow.calls.slice(0, maxSlow) },
    now: figuresOf(all, frame),
    before: allBefore && figuresOf(allBefore, frame),
    inFlight: inFlightOf(frame),
    tools: tools.slice(0, maxTools),
    moreTools: Math.max(0, tools.length - maxTools),
    errors: errorsOf(all, allBefore, [frame, minuteAgo, before]),
    tiers: tiersOf(frame, minuteAgo),
    queues: queuesOf(frame, minuteAgo).slice(0, maxRows),
    limits: limitsOf(frame, minuteAgo).slice(0, maxRows),
    breakers: breakersOf(frame, minuteAgo).slice(0, maxRows),
    pools: poolsOf(frame, minuteAgo).slice(0, maxRows),
  }
}

/** What happened between two frames, as a point of every chart. */
export const pointOf = (frame: Frame, before: Frame, process: ProcessReading): Point => {
  const seconds = Math.max(0.001, (frame.at - before.at) / 1000)
  const all = together(periods(frame, before).values(), seconds)
  const rates = Array.from(all.outcomes, ([outcome, count]) => [outcome, count / seconds] as const)
  return {
    at: frame.at,
    rates: Object.fromEntries(rates.filter(([, rate]) => rate > 0)),
    p50Ms: quantileMs(all, 0.5, frame),
    p95Ms: quantileMs(all, 0.95, frame),
    p99Ms: quantileMs(all, 0.99, frame),
    hitRatio: hitRatioOf(all),
    savedSeconds: all.savedSeconds,
    inFlight: inFlightOf(frame),
    waiting: waitingOf(frame),
    cpuPercent: process.cpuPercent,
    loopDelayMs: process.loopDelayP99Ms,
    rssBytes: process.rssBytes,
    heapUsedBytes: process.heapUsedBytes,
  }
}

// A page that shows more is not read; what it leaves out it says.
const maxTools = 100
const maxRows = 50
const maxSlow = 10
