import type { Registry } from '@millrace/metrics'

/** How a pool was used while somebody looked. */
export interface PoolRecord {
  readonly pool: string
  limit: number
  /** The most connections that were in use at once, and callers that waited. */
  peak: number
  waiting: number
  samples: number
}

/** Asks now and then how pools are used. */
export class PoolSamples {
  readonly #registry: Registry
  readonly #known = new Map<string, PoolRecord>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  async take(): Promise<void> {
    const limits = await this.#valuesOf('mcp_pool_limit')
    const active = await this.#valuesOf('mcp_pool_active_connections')
    const waiting = await this.#valuesOf('mcp_pool_waiting')
    for (const [pool, limit] of limits) {
      const record = this.#known.get(pool) ?? { pool, limit, peak: 0, waiting: 0, samples: 0 }
      this.#known.set(pool, record)
      record.limit = limit
      record.peak = Math.max(record.peak, active.get(pool) ?? 0)
      record.waiting = Math.max(record.waiting, waiting.get(pool) ?? 0)
      record.samples += Number(active.has(pool))
    }
  }

  /** Those that are watched: of the others nobody knows how many connections are in use. */
  all(): readonly PoolRecord[] {
    return [...this.#known.values()].filter(({ samples }) => samples > 0)
  }

  async #valuesOf(name: string): Promise<ReadonlyMap<string, number>> {
    const metric = this.#registry.getSingleMetric(name) as unknown as Asked | undefined
    const { values } = (await metric?.get()) ?? { values: [] }
    return new Map(values.map(({ labels, value }) => [labels.pool, value]))
  }
}

interface Asked {
  get(): Promise<{
    readonly values: ReadonlyArray<{ readonly labels: { readonly pool: string }; readonly value: number }>
  }>
}
