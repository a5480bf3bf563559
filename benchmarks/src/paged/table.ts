import pg from 'pg'
import type { ClientConfig } from 'pg'

/** A table of rows of a kilobyte each. */
export interface Table {
  readonly rows: number
  /** On the server, in bytes. */
  readonly bytes: number
  drop(): Promise<void>
}

/** Makes it anew. */
export const tableOf = async (address: ClientConfig, megabytes: number): Promise<Table> => {
  const client = new pg.Client(address)
  await client.connect()
  const rows = megabytes * 1024
  await client.query('DROP TABLE IF EXISTS paged_bench')
  await client.query('CREATE UNLOGGED TABLE paged_bench (id bigint, body text STORAGE PLAIN)')
  await client.query(`INSERT INTO paged_bench SELECT n, repeat(md5(n::text), 32) FROM generate_series(1, ${rows}) n`)
  await client.query('ALTER TABLE paged_bench ADD PRIMARY KEY (id)')
  const { rows: sizes } = await client.query<{ bytes: string }>(`SELECT pg_table_size('paged_bench') AS bytes`)
  return {
    rows,
    bytes: Number(sizes[0]?.bytes),
    drop: async () => {
      await client.query('DROP TABLE paged_bench')
      await client.end()
    },
  }
}
