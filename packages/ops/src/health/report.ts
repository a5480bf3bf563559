import type { Health } from '@millrace/core'
import type { Settings } from '../options.ts'
import type { LifeSource } from '../life.ts'
import { readinessOf } from '../life.ts'
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
}

/** Asks everything how it is: the checks, and the resources of the lifespan. */
export class HealthReporter {
  readonly #life: () => LifeSource | undefined
  readonly #probes: ReadonlyMap<string, Probe>
  readonly #lifespan: Probe
  #resources: Awaited<ReturnType<Exclude<LifeSource['health'], undefined>>>['resources'] = {}

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
    const { checkedAt } = ofLifespan
    const resources = Object.entries(this.#resources).map(
      ([name, { elapsedMs = 0, ...health }]) => [name, { checkedAt, ...health, elapsedMs }] as const,
    )
    const lifespan = ofLifespan.status === 'healthy' ? [] : [['lifespan', ofLifespan] as const]
    const all = [...lifespan, ...resources, ...own]
    const { isReady, state } = readinessOf(this.#life())
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
    this.#resources = {}
    this.#resources = (await this.#life()?.health?.())?.resources ?? {}
  }
}

const worst = (statuses: ReadonlyArray<Health['status']>): Health['status'] => {
  if (statuses.includes('unhealthy')) return 'unhealthy'
  return statuses.includes('degraded') ? 'degraded' : 'healthy'
}
