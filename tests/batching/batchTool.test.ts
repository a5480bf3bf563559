import { batchTool } from '@millrace/batch'
import { postgres } from '@millrace/pg'
import type { Postgres, Transaction } from '@millrace/pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { withPostgres } from '../readme/postgres.ts'

let leave: () => Promise<void>
let db: Postgres
beforeAll(async () => {
  leave = await withPostgres()
  db = await postgres({ connection: process.env['DATABASE_URL']!, name: 'batch tool', max: 2 }).open()
  await db.query('DROP TABLE IF EXISTS batch_notes')
  await db.query('CREATE TABLE batch_notes (id serial PRIMARY KEY, city int NOT NULL CHECK (city > 0), text text)')
}, 60_000)
beforeEach(() => db.query('TRUNCATE batch_notes RESTART IDENTITY'))
afterAll(async () => {
  await db.query('DROP TABLE batch_notes')
  await db.close()
  await leave()
})

const note = z.object({ city: z.int(), text: z.string().min(1) })
type Note = z.infer<typeof note>

const notes = (count: number): Note[] => Array.from({ length: count }, (_, n) => ({ city: n + 1, text: `note ${n}` }))

const insert = async ({ city, text }: Note, transaction: Transaction): Promise<unknown> => {
  const { rows } = await transaction.query('INSERT INTO batch_notes (city, text) VALUES ($1, $2) RETURNING id', [
    city,
    text,
  ])
  return rows[0]
}

const kept = async (): Promise<unknown> => (await db.query('SELECT city, text FROM batch_notes ORDER BY id')).rows

describe('a batch tool in a transaction of PostgreSQL', () => {
  const transaction = (run: (own: Transaction) => Promise<void>) => db.transaction(run)

  it('keeps all items, and answers with what the database gave each', async () => {
    const add = batchTool({ item: note, transaction, each: (item, share) => insert(item, share.transaction) })
    expect(await add({ items: notes(3) }, undefined)).toMatchObject({
      structuredContent: { results: [{ id: 1 }, { id: 2 }, { id: 3 }] },
    })
    expect(await kept()).toEqual(notes(3))
  })

  it('keeps none when the database refuses one, and its connection is free again', async () => {
    const add = batchTool({ item: note, transaction, each: (item, share) => insert(item, share.transaction) })
    for (let n = 0; n < 3; n += 1) {
      const refused = add({ items: [...notes(2), { city: -1, text: 'nowhere' }, ...notes(1)] }, undefined)
      await expect(refused).rejects.toThrow(/items\[2\]/)
    }
    expect(await kept()).toEqual([])
    expect(db.stats()).toMatchObject({ busy: 0 })
  })

  it('keeps each item once when the transaction loses against another one and is run again', async () => {
    let runs = 0
    const add = batchTool({
      item: note,
      transaction,
      each: async (item, { transaction: own, index }) => {
        const id = await insert(item, own)
        if (index === 1) runs += 1
        if (index === 1 && runs === 1)
          await own.query(`DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$`)
        return id
      },
    })
    const { structuredContent } = (await add({ items: notes(3) }, undefined)) as { structuredContent?: object }
    expect(structuredContent).toMatchObject({ results: { length: 3 } })
    expect(runs).toBe(2)
    expect(await kept()).toEqual(notes(3))
  })
})
