import type { Connection } from './connection/connection.ts'
import { configOf } from './connection/config.ts'
import { open } from './connection/open.ts'
import type { ConnectionOptions, Settings } from './options.ts'
import { Pool } from './pool/pool.ts'
import { Resizer } from './pool/resizer.ts'
import type { Desk } from './query/execution.ts'
import { Statements } from './query/statements.ts'
import type { QueryTally } from './query/tally.ts'
import type { PoolStats } from './stats.ts'

/** One PostgreSQL server: its pool, and what queries on it share. */
export class Server implements Desk {
  readonly name: string
  readonly clock: Settings['clock']
  readonly queryMs: number
  readonly pool: Pool<Connection>
  readonly statements: Statements
  readonly queries: QueryTally = { started: 0, failed: 0, timedOut: 0, cancelled: 0 }
  #isClosed = false

  constructor(name: string, connection: string | ConnectionOptions, settings: Settings) {
    const { clock, queryMs, maxPrepared, connectMs, cancelMs, probeMs } = settings
    this.name = name
    this.clock = clock
    this.queryMs = queryMs
    this.statements = new Statements(maxPrepared)
    const config = configOf(connection, settings)
    this.pool = new Pool(
      { ...settings, name },
      {
        open: (signal, onLost) => open({ clock, connectMs, cancelMs, config }, signal, onLost),
        probe: (item) => item.probe(probeMs),
        close: async (item, isInUse, reason) => (isInUse || reason === 'broken' ? item.cut() : item.end()),
      },
    )
    if (settings.autoResize !== false) this.#resizeFor(settings.max, settings.autoResize)
  }

  get stats(): PoolStats {
    const { pool, queries, statements } = this
    return { ...pool.numbers, ...pool.journal.tally, ...queries, busy: pool.busy, prepared: statements.size }
  }

  close(graceMs: number): Promise<void> {
    this.#isClosed = true
    return this.pool.close(graceMs)
  }

  #resizeFor(min: number, { max, targetWaitMs = 10, everyMs = 5_000 }: Exclude<Settings['autoResize'], false>): void {
    const resizer = new Resizer({ min, max, targetWaitMs })
    let before = { ...this.pool.journal.tally }
    const look = (): void => {
      if (this.#isClosed) return
      const { pool } = this
      const now = { ...pool.journal.tally }
      const grown = (name: 'granted' | 'waitedMs' | 'exhausted') => now[name] - before[name]
      pool.resize(
        resizer.next({
          limit: pool.limit,
          peak: pool.peak,
          granted: grown('granted'),
          waitedMs: grown('waitedMs'),
          exhausted: grown('exhausted'),
        }),
      )
      before = now
      pool.peak = pool.busy
      this.clock.after(everyMs, look)
    }
    this.clock.after(everyMs, look)
  }
}
