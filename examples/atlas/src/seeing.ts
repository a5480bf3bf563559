import { breaker, metrics, ops, targets } from 'millrace'
import type { Breaker, Lifespan, Metrics, Ops, Watched } from 'millrace'
import { cache } from './cache.ts'

/** What sees how the atlas does. */
export interface Seeing {
  /** Counts every call: outermost, so that answers from the cache and refusals count as well. */
  readonly numbers: Metrics
  /** Stops asking a database that keeps failing. */
  readonly guard: Breaker
  /**
   * Opens the port that operators ask: dashboard, health, metrics for Prometheus.
   *
   * @param app whether it is ready, and how the database is
   * @param port when it is taken, any other one that is free
   * @returns where the dashboard is, for instance `http://127.0.0.1:3001/dashboard`
   */
  open(app: () => Pick<Lifespan<{}>, 'isReady' | 'state' | 'health' | 'stopped'>, port: number): Promise<string>
  /** Shows what changes with every call: connections in use, calls that wait. */
  watch(watched: Watched): void
  close(): Promise<void>
}

/** @param token who knows it may isolate a breaker from the dashboard; nobody may when there is none */
export function seeing(token: string | undefined): Seeing {
  const numbers = metrics()
  const guard = breaker()
  const goals = targets({ metrics: numbers, p95Ms: 500, successRatio: 0.99, poolUseRatio: 0.8 })
  let seen: Ops | undefined
  return {
    numbers,
    guard,
    async open(app, port) {
      const at = (port: number): Ops =>
        ops({
          port,
          token,
          metrics: numbers,
          lifespan: app,
          dashboard: { name: 'atlas', breaker: guard, targets: goals },
        })
      seen = at(port)
      const { url } = await seen.start().catch(() => (seen = at(0)).start())
      return new URL('/dashboard', url).href
    },
    watch: (watched) => void numbers.watch({ ...watched, cache, breaker: guard }),
    async close() {
      goals.close()
      await seen?.close()
    },
  }
}

/** The port beside the one of MCP, unless `OPS_PORT` names another; 0 beside 0. */
export function opsPortOf(env: NodeJS.ProcessEnv, port: number): number {
  const configured = env['OPS_PORT']
  if (!configured) return port === 0 || port === 65_535 ? 0 : port + 1
  if (/^\d{1,5}$/.test(configured) && Number(configured) <= 65_535) return Number(configured)
  throw new Error(`OPS_PORT must be a number from 0 to 65535, got ${JSON.stringify(configured)}.`)
}

/**
 * What `OPS_TOKEN` says everybody has to know who asks; undefined when it says nothing.
 *
 * @throws Error in one sentence when it is easily guessed; what it is is not for the log
 */
export function opsTokenOf(env: NodeJS.ProcessEnv): string | undefined {
  const configured = env['OPS_TOKEN'] || undefined
  if (configured === undefined || /^\S{16,}$/.test(configured)) return configured
  throw new Error('OPS_TOKEN must have at least 16 characters and no spaces.')
}
