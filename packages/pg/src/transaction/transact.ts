import { isContention } from '../query/failure.ts'
import type { Desk } from '../query/execution.ts'
import type { Scope } from '../query/scope.ts'
import { Session } from '../query/session.ts'
import { events } from '../report.ts'
import { beginning } from './options.ts'
import type { TransactionOptions } from './options.ts'
import { pause } from './pause.ts'
import { OpenTransaction } from './openTransaction.ts'
import type { Transaction } from './transaction.ts'

/** Runs work in a transaction, and again when that loses against another one. */
export const transact = async <Value>(
  desk: Desk,
  work: (transaction: Transaction) => Promise<Value>,
  scope: Scope,
  options: TransactionOptions,
): Promise<Value> => {
  const { maxAttempts = 3 } = options
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(desk, work, scope, beginning(options))
    if ('value' in outcome) return outcome.value
    const { error, contention } = outcome
    // Full jitter: those that got into each other's way come back apart.
    const delayMs = Math.random() * Math.min(longestMs, shortestMs * 2 ** attempt)
    if (contention === undefined || attempt >= maxAttempts || delayMs >= scope.remainingMs) throw error
    if (events.hasSubscribers)
      events.publish({ type: 'pg.retried', pool: desk.name, attempt: attempt + 1, delayMs, error: contention })
    await pause(desk.clock, delayMs, scope)
  }
}

const shortestMs = 5
const longestMs = 1_000

type Outcome<Value> = { readonly value: Value } | { readonly error: unknown; readonly contention: unknown }

const once = async <Value>(
  desk: Desk,
  work: (transaction: Transaction) => Promise<Value>,
  scope: Scope,
  begin: string,
): Promise<Outcome<Value>> => {
  const session = await Session.open(desk, scope)
  const transaction = new OpenTransaction(session)
  try {
    await session.command(begin)
    const value = await Promise.race([work(transaction), session.aborted])
    transaction.close()
    await session.idle()
    // The server would turn the COMMIT of a failed transaction into a rollback, and call it a success.
    if (session.connection.status === 'E') throw new Error('transaction: a query in it has failed, so nothing was kept')
    await session.commit()
    await session.end()
    return { value }
  } catch (error) {
    transaction.close()
    await rolledBack(session)
    return { error, contention: session.contention ?? (isContention(error) ? error : undefined) }
  }
}

/** The caller hears of the error when nothing of the transaction is left, or its connection has been cut. */
const rolledBack = async (session: Session): Promise<void> => {
  try {
    await session.idle()
    if (session.connection.status !== 'I') await session.command('ROLLBACK')
  } catch {
    // The connection is broken, and with it the transaction is gone.
  }
  await session.end()
}
