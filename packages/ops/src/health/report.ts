import type { Health } from '@millrace/core'
import type { Settings } from '../options.ts'
import type { Life, LifeSource } from '../life.ts'
import { plain } from './plain.ts'
import { Probe } from './probe.ts'
import type { CheckReport } from './probe.ts'

/** What `/health/detailed` says. */
export interface HealthAnswer {
  /** As well as the worst of the checks. */
  readonly status: Health['status']
  /** Whether calls are wanted. */
  readonly ready: boolean
  /** Where the lifespan is, in a word. */
  readonly state: string
  /** How long the process runs, in seconds. */
  readonly uptimeSeconds: number
  readonly checks: { readonly [name: string]: CheckReport }
  /** The processes, where there are several. */
  readonly workers?: readonly WorkerHealth[] | undefined
}

/** How one of several processes is. */
export interface WorkerHealth {
  /** Which one, from 1. */
  readonly worker: number
  readonly pid: number | undefined
  readonly state: 'starting' | 'ready' | 'closing'
  readonly status: Health['status']
  /** Why it is not healthy, where it does not say so in a check. */
  readonly detail?: string | undefined
  readonly uptimeSeconds?: number | undefined
}

/** Asks everything how it is: the checks, and the resources of the lifespan. */
export class HealthReporter {
  readonly #life: Life
  readonly #probes: ReadonlyMap<string, Probe>
  readonly #lifespan: Probe
  /** Of the last time that it answered. */
  #resources: Resources = {}

  constructor({ life, checks, bounds, clock }: Settings) {
    this.#life = life
    this.#probes = new Map(
      checks.map(({ name, check, ...own }) => [name, new Probe(check, { ...bounds, ...own }, clock)] as const),
    )
    // Its resources are judged one by one, and their answers kept by itself: whether it has started is asked each time.
    const ofLifespan = { ...bounds, checkTtlMs: 0, slowMs: Infinity, minSuccessRatio: 0 }
    this.#lifespan = new Probe(() => this.#askLifespan(), ofLifespan, clock)
  }

  /** Never rejects, and takes no longer than the slowest check may. */
  async report(): Promise<HealthAnswer> {
    const [ofLifespan, ...own] = await Promise.all([
      this.#lifespan.ask(),
      ...Array.from(this.#probes, async ([name, probe]) => [name, await probe.ask()] as const),
    ])
    const lifespan = ofLifespan.status === 'healthy' ? this.#resourcesAt(ofLifespan) : { lifespan: ofLifespan }
    // What has the name of a resource stands beside it, not in its place.
    const beside = own.map(([name, report]) => [name in lifespan ? `${name} (check)` : name, report] as const)
    const all = [...Object.entries(lifespan), ...beside]
    const { isReady, state } = this.#life.readiness()
    const uptimeSeconds = Math.round(process.uptime())
    return {
      status: worst(all.map(([, { status }]) => status)),
      ready: isReady,
      state,
      uptimeSeconds,
      checks: Object.fromEntries(all),
    }
  }

  async #askLifespan(): Promise<void> {
    this.#resources = (await this.#life.source()?.health?.())?.resources ?? {}
  }

  #resourcesAt({ checkedAt }: CheckReport): { readonly [name: string]: CheckReport } {
    const reports = Object.entries(this.#resources).map(
      ([name, health]) => [name, { checkedAt, elapsedMs: health.elapsedMs ?? 0, ...plain(health) }] as const,
    )
    return Object.fromEntries(reports)
  }
}

type Resources = Awaited<ReturnType<Exclude<LifeSource['health'], undefined>>>['resources']

/** As well as the worst of them. */
export const worst = (statuses: ReadonlyArray<Health['status']>): Health['status'] => {
  if (statuses.includes('unhealthy')) return 'unhealthy'
  return statuses.includes('degraded') ? 'degraded' : 'healthy'
}
