import { arrayOf, checkOptions, integer, text } from '@millrace/core'
import type { Transaction } from './transaction/transaction.ts'
import type { Row } from './rows.ts'

/** Options of `insert`. */
export interface InsertOptions {
  /** The columns. @default the names in the first row */
  readonly columns?: readonly string[] | undefined
  /** What follows `ON CONFLICT`, such as `DO NOTHING` or `(id) DO UPDATE SET name = excluded.name`. @default nothing */
  readonly onConflict?: string | undefined
  /** Rows sent in one statement, as far as it has room for their values. @default 1_000 */
  readonly batchRows?: number | undefined
}

/** Rows to insert, all there or coming. */
export type Rows = Iterable<Row> | AsyncIterable<Row>

/** @throws TypeError when something makes no sense */
export const checkInsert = (table: string, options: InsertOptions): void => {
  if (typeof table !== 'string' || table === '') throw new TypeError('insert: expected the name of a table')
  checkOptions('insert', options, checks)
}

const checks = { columns: arrayOf(text, 'names of columns'), onConflict: text, batchRows: integer({ min: 1 }) }

/** Inserts rows in as few statements as possible. A value that is undefined becomes the column's default. */
export const insert = async (
  transaction: Transaction,
  table: string,
  rows: Rows,
  { columns, onConflict, batchRows = 1_000 }: InsertOptions,
): Promise<number> => {
  let names = columns
  let batch: Row[] = []
  let inserted = 0
  const flush = async (): Promise<void> => {
    if (names === undefined || batch.length === 0) return
    const { rowCount } = await transaction.query(inserting(table, names, batch, onConflict))
    inserted += rowCount ?? 0
    batch = []
  }
  for await (const row of rows) {
    names ??= Object.keys(row)
    if (names.length === 0) throw new TypeError('insert: the first row names no columns')
    batch.push(row)
    if (batch.length >= Math.min(batchRows, Math.floor(maxValues / names.length))) await flush()
  }
  await flush()
  return inserted
}

// The protocol counts them in 16 bits.
const maxValues = 65_535

const inserting = (
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
  onConflict: string | undefined,
): { readonly text: string; readonly values: readonly unknown[] } => {
  const values: unknown[] = []
  const tuples = rows.map((row) => {
    const places = columns.map((column) => (row[column] === undefined ? 'DEFAULT' : `$${values.push(row[column])}`))
    return `(${places.join(', ')})`
  })
  const where = `${table.split('.').map(quoted).join('.')} (${columns.map(quoted).join(', ')})`
  const conflict = onConflict === undefined ? '' : ` ON CONFLICT ${onConflict}`
  return { text: `INSERT INTO ${where} VALUES ${tuples.join(', ')}${conflict}`, values }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
