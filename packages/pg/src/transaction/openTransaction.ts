import type { Session } from '../query/session.ts'
import { statementOf } from '../query/statement.ts'
import type { Query, QueryResult, Row } from '../rows.ts'
import type { Transaction } from './transaction.ts'

/** The transaction that a session is in. */
export class OpenTransaction implements Transaction {
  readonly #session: Session
  readonly #depth: number
  #isOver = false

  constructor(session: Session, depth = 0) {
    this.#session = session
    this.#depth = depth
  }

  async query<R = Row>(query: string | Query, values?: readonly unknown[]): Promise<QueryResult<R>> {
    if (this.#isOver) throw new Error('transaction: a query came after its end')
    return (await this.#session.query(statementOf(query, values))) as QueryResult<R>
  }

  async savepoint<Value>(work: (transaction: Transaction) => Promise<Value>): Promise<Value> {
    const name = `millrace_${this.#depth + 1}`
    const inner = new OpenTransaction(this.#session, this.#depth + 1)
    await this.query(`SAVEPOINT ${name}`)
    try {
      const value = await work(inner)
      inner.close()
      await this.query(`RELEASE SAVEPOINT ${name}`)
      return value
    } catch (error) {
      inner.close()
      await this.query(`ROLLBACK TO SAVEPOINT ${name}`)
      throw error
    }
  }

  /** Takes no more queries. */
  close(): void {
    this.#isOver = true
  }
}
