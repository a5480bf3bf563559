/** A row, by column names. Its values are what `pg` makes of PostgreSQL's types. */
export interface Row {
  // What a column holds is known to whoever wrote the query.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [column: string]: any
}

/** What a query gives. */
export interface QueryResult<R = Row> {
  readonly rows: R[]
  /** Rows that it gave or changed; null for statements that count none. */
  readonly rowCount: number | null
  /** `SELECT`, `INSERT` … */
  readonly command: string
  /** The columns, in order. */
  readonly fields: ReadonlyArray<{ readonly name: string; readonly dataTypeID: number }>
}

/** A query with more to say than its text. */
export interface Query {
  readonly text: string
  /** Values of `$1`, `$2` … */
  readonly values?: readonly unknown[] | undefined
  /** Name under which each connection prepares it. @default given by itself, see `maxPrepared` */
  readonly name?: string | undefined
}
