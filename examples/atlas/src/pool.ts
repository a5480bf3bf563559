import pg from 'pg'

/** A pool of connections for the tools: at most 10, 5 s to get one. */
export function pool(connection: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ application_name: 'atlas', max: 10, connectionTimeoutMillis: 5_000, ...connection })
  // A connection that breaks while idle is replaced at the next query; unheard, the event would end the process.
  pool.on('error', () => {})
  return pool
}

/**
 * The rows of one query.
 *
 * @throws Error with a sentence that a language model may read; what the driver said is its `cause`.
 */
export async function rows<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    return (await pool.query<Row>(text, [...values])).rows
  } catch (cause) {
    throw new Error('The city database could not answer; try again in a moment.', { cause })
  }
}
