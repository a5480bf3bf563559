import { subscribe } from '@millrace/core'
import type { Registry } from '@millrace/metrics'
import { Overlap } from './overlap.ts'

/** How a pool was used while somebody looked. */
export interface PoolRecord {
  readonly pool: string
  limit: number
  /** The most connections that were seen in use at once, and callers that waited while all were. */
  peak: number
  waiting: number
  /** How often somebody looked, and how often callers waited as all connections were in use. */
  samples: number
  fullSamples: number
}

/** Asks now and then how pools are used, and counts the queries that ran at once in between. */
export class PoolSamples {
  readonly #registry: Registry
  readonly #known = new Map<string, PoolRecord>()
  readonly #queries = new Map<string, Overlap>()
  readonly #stop: () => void

  /** @param now milliseconds */
  constructor(registry: Registry, now: () => number) {
    this.#registry = registry
    this.#stop = subscribe('pg', (event) => {
      if (event.type === 'pg.query' && event.tookMs > 0) this.#queriesOf(event.pool).add(now() - event.tookMs, now())
    })
  }

  async take(): Promise<void> {
    const limits = await this.#valuesOf('mcp_pool_limit')
    const active = await this.#valuesOf('mcp_pool_active_connections')
    const waiting = await this.#valuesOf('mcp_pool_waiting')
    for (const [pool, limit] of limits) {
      const record = this.#known.get(pool) ?? { pool, limit, peak: 0, waiting: 0, samples: 0, fullSamples: 0 }
      this.#known.set(pool, record)
      const [busy = 0, waits = 0] = [active.get(pool), waiting.get(pool)]
      // Those who wait while a pool still connects would not be helped by more connections.
      const isFull = waits > 0 && busy >= limit
      record.limit = limit
      record.peak = Math.max(record.peak, busy)
      record.waiting = Math.max(record.waiting, isFull ? waits : 0)
      record.samples += Number(active.has(pool))
      record.fullSamples += Number(isFull)
    }
  }

  end(): void {
    this.#stop()
  }

  /** Those that are watched: of the others nobody knows how many connections are in use. */
  all(): readonly PoolRecord[] {
    return [...this.#known.values()]
      .filter(({ samples }) => samples > 0)
      .map((one) => ({ ...one, peak: Math.min(one.limit, Math.max(one.peak, this.#queriesOf(one.pool).peak())) }))
  }

  #queriesOf(pool: string): Overlap {
    const known = this.#queries.get(pool) ?? new Overlap()
    this.#queries.set(pool, known)
    return known
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
