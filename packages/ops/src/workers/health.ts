import { systemClock } from '@millrace/core'
import type { Health, Supervision } from '@millrace/core'
import type { CheckReport } from '../health/probe.ts'
import { worst } from '../health/report.ts'
import type { HealthAnswer, WorkerHealth } from '../health/report.ts'
import type { Readiness } from '../life.ts'
import type { Said, Workers } from './workers.ts'

/** Whether calls are wanted: as soon as one worker takes them, and until all of them are to end. */
export const readinessOfAll = ({ isClosing, workers }: Supervision): Readiness => {
  const isReady = !isClosing && workers.some(({ state }) => state === 'ready')
  return { isReady, state: isClosing ? 'stopping' : isReady ? 'ready' : 'starting' }
}

/** How everything is, in all processes: what is well in some of them alone is degraded. */
export const healthOfAll = async (
  workers: Workers,
  supervision: Supervision,
  checkMs: number,
): Promise<HealthAnswer> => {
  const said = await workers.askAll('health', {}, { moreMs: checkMs })
  const { isReady, state } = readinessOfAll(supervision)
  const missing = [...workers.up(said)].filter(([, isUp]) => !isUp).map(([place]) => place)
  const checks = { ...checksOf(said), workers: ofWorkers(missing, supervision.wanted, said) }
  return {
    status: worst(Object.values(checks).map(({ status }) => status)),
    ready: isReady,
    state,
    uptimeSeconds: Math.round(process.uptime()),
    checks,
    workers: said.map(ofWorker),
  }
}

/** The checks of all of them, each once. */
export const checksOf = (
  said: ReadonlyArray<Said<Pick<HealthAnswer, 'checks'>>>,
): { readonly [name: string]: CheckReport } => {
  const answers = said.flatMap((one) => ('answer' in one ? [one] : []))
  const names = new Set(answers.flatMap(({ answer }) => Object.keys(answer.checks)))
  const together = (name: string): CheckReport => {
    const found = answers.flatMap(({ worker, answer: { checks } }) =>
      checks[name] === undefined ? [] : [{ place: worker.place, check: checks[name] }],
    )
    const status = jointly(found.map(({ check }) => check.status))
    const [first] = found.toSorted((a, b) => rank[b.check.status] - rank[a.check.status])
    const details = found.flatMap(({ place, check: { status, detail } }) =>
      status === 'healthy' ? [] : [`Worker ${place}: ${detail ?? `It is ${status}.`}`],
    )
    return {
      ...first!.check,
      status,
      ...(details.length === 0 ? {} : { detail: details.join(' ') }),
      elapsedMs: Math.max(...found.map(({ check }) => check.elapsedMs)),
    }
  }
  return Object.fromEntries(Array.from(names, (name) => [name, together(name)]))
}

const ofWorker = (said: Said<HealthAnswer>): WorkerHealth => {
  const { place: worker, pid, state } = said.worker
  if ('fault' in said) return { worker, pid, state, status: 'unhealthy', detail: said.fault }
  const { status, uptimeSeconds } = said.answer
  return { worker, pid, state, status, uptimeSeconds }
}

/** How complete they are. @param missing the places of those who are not there, or do not answer */
export const ofWorkers = (
  missing: readonly string[],
  wanted: number,
  said: ReadonlyArray<Said<unknown>>,
): CheckReport => {
  const numbers = { wanted, missing: missing.length }
  const always = { numbers, elapsedMs: 0, checkedAt: systemClock.now() }
  if (missing.length === 0) return { status: 'healthy', ...always }
  const faults = new Map(said.flatMap((one) => ('fault' in one ? [[String(one.worker.place), one.fault]] : [])))
  const detail = missing.map((place) => `Worker ${place}: ${faults.get(place) ?? 'It is not there.'}`).join(' ')
  return { status: missing.length === wanted ? 'unhealthy' : 'degraded', detail, ...always }
}

/** What fails in some of them works in the others. */
const jointly = (statuses: ReadonlyArray<Health['status']>): Health['status'] => {
  if (statuses.every((status) => status === 'unhealthy')) return 'unhealthy'
  return statuses.every((status) => status === 'healthy') ? 'healthy' : 'degraded'
}

const rank: { readonly [Status in Health['status']]: number } = { healthy: 0, degraded: 1, unhealthy: 2 }
