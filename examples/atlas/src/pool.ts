import { isMillraceError } from 'millrace'
import type { Postgres } from 'millrace'

/**
 * The rows of one query.
 *
 * @param signal when nobody waits for them any more: the query is then cancelled in the database
 * @throws Error with a sentence that a language model may read; what the driver said is its `cause`.
 */
export async function rows<Row>(
  pool: Postgres,
  text: string,
  values: readonly unknown[],
  signal?: AbortSignal,
): Promise<Row[]> {
  try {
    return (await pool.query<Row>(text, values, signal)).rows
  } catch (cause) {
    // Those of the pool are such sentences, and say whether trying again makes sense.
    if (isMillraceError(cause) || signal?.aborted === true) throw cause
    throw new Error('The city database could not answer; try again in a moment.', { cause })
  }
}
