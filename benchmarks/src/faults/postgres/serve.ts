// An MCP server with two tools on PostgreSQL.
import { lifespan } from '@millrace/lifespan'
import { postgres } from '@millrace/pg'
import type { PostgresOptions } from '@millrace/pg'
import { timeout } from '@millrace/resilience'
import { timeoutMs } from '../plan.ts'
import { given, serve } from '../serve.ts'
import { options } from './options.ts'

const connection = given() as PostgresOptions['connection']
const app = lifespan({ db: postgres({ ...options, connection }) }, { signals: false })
const { db } = await app.start()

const asked = async (text: string, n: number, signal: AbortSignal): Promise<unknown> =>
  (await db.query<{ n: number }>(text, [n], signal)).rows[0]?.n

serve(
  {
    double: (n, signal) => asked('SELECT $1::int * 2 AS n, pg_sleep(0.002)', n, signal),
    keep: (n, signal) => asked('INSERT INTO kept VALUES ($1) RETURNING n', n, signal),
  },
  [app.gate, timeout({ timeoutMs })],
  () => {
    const { busy, waiting } = db.stats()
    return busy + waiting
  },
)
