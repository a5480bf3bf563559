import type { ProcessReading } from '../sampling/processReading.ts'
import type { Breach } from '../targets.ts'
import type { Snapshot } from './snapshot.ts'

/** Something that somebody should look at. */
export interface Alert {
  /** What it is about, the same as long as it lasts. */
  readonly key: string
  readonly severity: 'warning' | 'critical'
  /** One sentence with the number behind it. */
  readonly text: string
  /** Since when, in milliseconds since 1970. */
  readonly since: number
}

/** What is looked at for alerts. */
export type Watched = Omit<Snapshot, 'alerts'>

interface Finding {
  readonly key: string
  readonly severity: Alert['severity']
  readonly text: string
}

/** What is wrong, and since when. */
export class Alerts {
  readonly #since = new Map<string, number>()

  /**
   * The critical ones first, then the oldest.
   *
   * @param breaches which targets are breached. @default what the last minute says
   */
  of(watched: Watched, breaches: readonly Breach[] = breachesOf(watched)): Alert[] {
    const found = findings(watched, breaches)
    const keys = new Set(found.map(({ key }) => key))
    for (const key of this.#since.keys()) if (!keys.has(key)) this.#since.delete(key)
    for (const { key } of found) if (!this.#since.has(key)) this.#since.set(key, watched.at)
    return found
      .map((one) => ({ ...one, since: this.#since.get(one.key)! }))
      .sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical') || a.since - b.since)
  }
}

const findings = (watched: Watched, breaches: readonly Breach[]): Finding[] => [
  ...ofChecks(watched),
  ...ofBreakers(watched),
  ...ofPools(watched),
  ...breaches.map(ofBreach),
  ...ofSuccess(watched),
  ...ofQueues(watched),
  ...ofProcess(watched),
]

const ofChecks = ({ checks }: Watched): Finding[] =>
  Object.entries(checks).flatMap(([name, { status, detail = '' }]) => {
    if (status === 'healthy') return []
    const severity = status === 'unhealthy' ? 'critical' : 'warning'
    return [{ key: `check ${name}`, severity, text: `${name} is ${status}. ${detail}`.trimEnd() }]
  })

const ofBreakers = ({ breakers }: Watched): Finding[] =>
  breakers.flatMap(({ breaker, key, state, rejected }) => {
    if (state !== 'open' && state !== 'isolated') return []
    const refuses = rejected > 0 ? ` It refused ${plural(rejected, 'call')} in the last minute.` : ''
    const text = `The breaker of ${key} is ${state}.${refuses}`
    return [{ key: `breaker ${breaker} ${key}`, severity: 'critical', text }]
  })

const ofPools = ({ pools, targets: { poolUseRatio = 0.9 } }: Watched): Finding[] =>
  pools.flatMap(({ pool, active, limit, waiting, exhausted }): Finding[] => {
    const key = `pool ${pool}`
    if (exhausted > 0) {
      const text = `The pool ${pool} had no connection for ${plural(exhausted, 'caller')} in the last minute.`
      return [{ key, severity: 'critical', text }]
    }
    if (limit === undefined || active === undefined || active <= limit * poolUseRatio) return []
    const behind = waiting > 0 ? `, and ${plural(waiting, 'caller')} wait` : ''
    return [
      { key, severity: 'warning', text: `The pool ${pool} uses ${active} of ${plural(limit, 'connection')}${behind}.` },
    ]
  })

/** What the last minute says of the targets, where nobody looks further back. */
const breachesOf = ({ now, targets }: Watched): Breach[] => {
  const { p95Ms, p99Ms, successRatio, hitRatio } = targets
  const found: Breach[] = []
  const hold = (target: Breach['target'], value: number | undefined, goal: number | undefined, isMost: boolean) => {
    if (value === undefined || goal === undefined || now.calls < enoughCalls) return
    if (isMost ? value > goal : value < goal) found.push({ target, goal, value, of: undefined })
  }
  hold('p95Ms', now.p95Ms, p95Ms, true)
  hold('p99Ms', now.p99Ms, p99Ms, true)
  hold('successRatio', now.successRatio, successRatio, false)
  hold('hitRatio', now.hitRatio, hitRatio, false)
  return found
}

const ofBreach = ({ target, goal, value, of }: Breach): Finding => {
  const said = sentences[target](value, goal, of ?? '')
  const isFar = target === 'successRatio' && value < goal - 0.05
  return { key: `target ${target}`, severity: isFar ? 'critical' : 'warning', text: said }
}

const sentences: { readonly [Target in Breach['target']]: (value: number, goal: number, of: string) => string } = {
  p95Ms: (value, goal) => `95 of 100 calls take up to ${rounded(value)} ms; the target is ${rounded(goal)} ms.`,
  p99Ms: (value, goal) => `99 of 100 calls take up to ${rounded(value)} ms; the target is ${rounded(goal)} ms.`,
  successRatio: (value, goal) => `${percent(value)} of the calls go well; the target is ${percent(goal)}.`,
  hitRatio: (value, goal) => `The cache has ${percent(value)} of what is asked for; the target is ${percent(goal)}.`,
  poolUseRatio: (value, goal, of) => `The pool ${of} is used to ${percent(value)}; the target is ${percent(goal)}.`,
}

/** Where there is no target: what nobody aims at. */
const ofSuccess = ({ now, targets }: Watched): Finding[] => {
  const { successRatio = 1, calls } = now
  if (targets.successRatio !== undefined || calls < enoughCalls || successRatio >= leastSuccess) return []
  return [{ key: 'success', severity: 'critical', text: `Only ${percent(successRatio)} of the calls go well.` }]
}

const ofQueues = ({ queues }: Watched): Finding[] =>
  queues.flatMap(({ queue, rejected }) => {
    const text = `The queue ${queue} refused ${plural(rejected, 'call')} in the last minute.`
    return rejected > 0 ? [{ key: `queue ${queue}`, severity: 'warning', text }] : []
  })

const ofProcess = ({ process, server, workers }: Watched): Finding[] => {
  const ready = server.ready
    ? []
    : [{ key: 'ready', severity: 'warning' as const, text: `The server takes no calls: it is ${server.state}.` }]
  if (workers === undefined) return [...ready, ...ofOne(process, '', '')]
  return [...ready, ...workers.flatMap((one) => ofOne(one.process, ` of worker ${one.worker}`, ` ${one.worker}`))]
}

/** @param whose as in "The heap of worker 2" @param at what its key ends in */
const ofOne = (process: ProcessReading | undefined, whose: string, at: string): Finding[] => {
  const found: Finding[] = []
  if (process === undefined) return found
  if (process.loopDelayP99Ms > slowLoopMs) {
    const late = `is up to ${rounded(process.loopDelayMaxMs)} ms late: something computes for that long.`
    found.push({ key: `loop${at}`, severity: 'warning', text: `The event loop${whose} ${late}` })
  }
  const used = process.heapUsedBytes / process.heapLimitBytes
  if (used > fullHeap)
    found.push({ key: `heap${at}`, severity: 'critical', text: `The heap${whose} is ${percent(used)} full.` })
  return found
}

const enoughCalls = 10
const leastSuccess = 0.95
const slowLoopMs = 100
const fullHeap = 0.85

const plural = (count: number, what: string): string =>
  `${Math.round(count)} ${what}${Math.round(count) === 1 ? '' : 's'}`
const rounded = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)))
const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`
