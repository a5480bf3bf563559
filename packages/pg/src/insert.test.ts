import { beforeEach, expect, test } from 'vitest'
import { world } from './fixtures/world.ts'

const here = world()

beforeEach(async () => {
  await here.outside.query(`DROP TABLE IF EXISTS "Things";
    CREATE TABLE "Things" (id int PRIMARY KEY, "a ""name""" text DEFAULT 'none', tags text[], at timestamptz)`)
})

const all = async () => (await here.outside.query('SELECT * FROM "Things" ORDER BY id')).rows

test('rows are inserted with the types of their columns, in one transaction', async () => {
  const db = await here.open({ name: 'insert' })
  const at = new Date('2026-01-02T03:04:05Z')
  const rows = [
    { id: 1, 'a "name"': 'one', tags: ['x', 'y'], at },
    { id: 2, 'a "name"': undefined, tags: null, at: null },
  ]
  expect(await db.insert('public.Things', rows)).toBe(2)
  expect(await all()).toEqual([
    { id: 1, 'a "name"': 'one', tags: ['x', 'y'], at },
    { id: 2, 'a "name"': 'none', tags: null, at: null },
  ])
})

test('many rows take few statements, and a failing one takes all with it', async () => {
  const db = await here.open({ name: 'many', max: 1 })
  const rows = Array.from({ length: 2_500 }, (_, id) => ({ id }))
  expect(await db.insert('Things', rows)).toBe(2_500)
  // The first connection's own query, begin, three batches, commit.
  expect(db.stats()).toMatchObject({ started: 6 })
  await expect(db.insert('Things', [...rows.map(({ id }) => ({ id: id + 5_000 })), { id: 1 }])).rejects.toMatchObject({
    code: '23505',
  })
  expect(await all()).toHaveLength(2_500)
})

test('rows may be still coming, and conflicts may be ignored', async () => {
  const db = await here.open({ name: 'coming' })
  const coming = async function* () {
    for (let id = 0; id < 10; id += 1) yield { id: id % 5, 'a "name"': `${id}` }
  }
  const options = { columns: ['id'], onConflict: 'DO NOTHING', batchRows: 3 }
  expect(await db.insert('Things', coming(), options)).toBe(5)
  expect((await all()).map((row) => row['a "name"'] as string)).toEqual(['none', 'none', 'none', 'none', 'none'])
  expect(await db.insert('Things', [])).toBe(0)
})

test.each([
  ['', [], {}, 'insert: expected the name of a table'],
  ['Things', [{}], {}, 'insert: the first row names no columns'],
  ['Things', [], { batchRows: 0 }, 'insert.batchRows must be an integer ≥ 1, got 0'],
  ['Things', [], { columns: [''] }, 'insert.columns must be an array of names of columns'],
])('bad input gets one clear sentence: %j %j %j', async (table, rows, options, message) => {
  const db = await here.open({ name: 'bad' })
  await expect(db.insert(table, rows, options)).rejects.toThrow(message)
})
