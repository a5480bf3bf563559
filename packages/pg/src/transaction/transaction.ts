import type { Query, QueryResult, Row } from '../rows.ts'

/** A transaction while it is open. */
export interface Transaction {
  /** Runs a query in it; those that are asked for at once run one after the other. */
  query<R = Row>(query: string | Query, values?: readonly unknown[]): Promise<QueryResult<R>>
  /** Runs `work` such that, when it throws, what it did is undone and the transaction goes on. */
  savepoint<Value>(work: (transaction: Transaction) => Promise<Value>): Promise<Value>
}
