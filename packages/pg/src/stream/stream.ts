import type { Desk, Statement } from '../query/execution.ts'
import type { Scope } from '../query/scope.ts'
import { Session } from '../query/session.ts'
import type { Row } from '../rows.ts'

/**
 * The rows of a query, fetched by a cursor as they are asked for: the next batch is not fetched before the last row of
 * this one was taken. The connection is given back when the last row was taken, when the loop is left, and when the
 * scope is aborted, whichever is first.
 */
export async function* stream<R = Row>(
  desk: Desk,
  statement: Statement,
  scope: Scope,
  batchRows: number,
): AsyncGenerator<R, void, undefined> {
  const session = await Session.open(desk, scope)
  let ended: Promise<void> | undefined
  const end = (): Promise<void> => (ended ??= rolledBack(session))
  // Whoever holds the rows may have stopped asking for more, and would not notice.
  session.aborted.catch(end)
  try {
    await session.command('BEGIN READ ONLY')
    await session.query({ ...statement, text: `DECLARE millrace NO SCROLL CURSOR FOR ${statement.text}` })
    for (;;) {
      const { rows } = await session.query({ text: `FETCH ${batchRows} FROM millrace` })
      yield* rows as R[]
      if (rows.length < batchRows) return
    }
  } finally {
    await end()
  }
}

const rolledBack = async (session: Session): Promise<void> => {
  await session.command('ROLLBACK').catch(() => {})
  await session.end()
}
