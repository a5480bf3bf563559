import { checkOptions, func, integer, text } from '@millrace/core'
import type { Share } from '../mapLimit/mapLimit.ts'

/** Where a page ends. The last of its rows that the next page comes after. */
export type Cursor = string | number | bigint

/** Options of `paged`. */
export interface PagedOptions<Row> {
  /** The URI of the first page, `table://orders`; that of the others has `?after=` and a cursor. Without a query. */
  readonly uri: string
  /**
   * The rows after a cursor, in an order that cursors follow: a stream of a query, the lines of a file. As many are read
   * as a page takes, then it is closed.
   *
   * @param after what a client has sent, to be checked like any argument; undefined for the first page
   * @param share its signal aborts when the caller goes: hand it to whatever has to be waited for
   */
  readonly rows: (after: string | undefined, share: Share) => Iterable<Row> | AsyncIterable<Row>
  /** The cursor of a row; no other row has the same. */
  readonly cursorOf: (row: Row) => Cursor
  /** Bytes of a page at most, an integer ≥ 1; a row that alone is larger is a page. @default 262_144 */
  readonly maxBytes?: number | undefined
  /** Rows of a page at most, an integer ≥ 1 or Infinity. @default Infinity */
  readonly maxRows?: number | undefined
  /** What a row is in a page: a line. @default JSON.stringify */
  readonly format?: ((row: Row) => string) | undefined
  /** @default 'application/x-ndjson': JSON, a row a line */
  readonly mimeType?: string | undefined
  /** What a progress notification says; where it throws, an event says so. @default nothing but the number of rows */
  readonly message?: ((rows: number) => string) | undefined
}

/** The options with every default in its place. */
export interface Settings<Row> extends PagedOptions<Row> {
  readonly maxBytes: number
  readonly maxRows: number
  readonly format: (row: Row) => string
  readonly mimeType: string
}

/** @throws TypeError when an option makes no sense */
export const settingsOf = <Row>(options: PagedOptions<Row>): Settings<Row> => {
  checkOptions('paged', options, checks)
  for (const name of ['uri', 'rows', 'cursorOf'] as const)
    if (options?.[name] === undefined) throw new TypeError(`paged.${name} must be given`)
  const { maxBytes = 262_144, maxRows = Infinity, format = JSON.stringify, mimeType = 'application/x-ndjson' } = options
  return { ...options, maxBytes, maxRows, format, mimeType }
}

const uri = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.canParse(value) && !/[?#]/.test(value) ? undefined : 'a URI without ? and #'

const checks = {
  uri,
  rows: func,
  cursorOf: func,
  maxBytes: integer({ min: 1 }),
  maxRows: integer({ min: 1, unlimited: true }),
  format: func,
  mimeType: text,
  message: func,
}
