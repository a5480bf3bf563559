import { expect, test } from 'vitest'
import { world } from '../fixtures/world.ts'
import type { Postgres } from '../postgres.ts'
import { Statements } from './statements.ts'

const here = world()

const prepared = async (db: Postgres): Promise<string[]> => {
  const { rows } = await db.query<{ statement: string }>({
    name: 'looking',
    text: 'SELECT statement FROM pg_prepared_statements WHERE name <> $1',
    values: ['looking'],
  })
  return rows.map(({ statement }) => statement)
}

test('a text gets a name when it comes again', () => {
  const statements = new Statements(2)
  expect(['a', 'a', 'a', 'b', 'b', 'c', 'c', 'a'].map((text) => statements.nameOf(text))).toEqual([
    undefined,
    'millrace_1',
    'millrace_1',
    undefined,
    'millrace_2',
    undefined,
    undefined,
    'millrace_1',
  ])
  expect(statements.size).toBe(2)
})

test('texts that never come again are forgotten', () => {
  const statements = new Statements(1)
  for (let n = 0; n < 1000; n += 1) statements.nameOf(`SELECT ${n}`)
  expect(statements.nameOf('SELECT 0')).toBeUndefined()
  expect(statements.nameOf('SELECT 0')).toBe('millrace_1')
})

test('a query that comes again is prepared, once per connection', async () => {
  const db = await here.open({ name: 'prepare', max: 1 })
  for (let n = 0; n < 3; n += 1) await db.query('SELECT $1::int AS n', [n])
  expect(await prepared(db)).toEqual(['SELECT $1::int AS n'])
  expect(db.stats()).toMatchObject({ prepared: 1 })
})

test('with maxPrepared 0 nothing is prepared but what has a name', async () => {
  const db = await here.open({ name: 'unprepared', max: 1, maxPrepared: 0 })
  for (let n = 0; n < 3; n += 1) await db.query('SELECT $1::int AS n', [n])
  expect(await prepared(db)).toEqual([])
})

test.each([
  ['its table has changed', 'ALTER TABLE changing ADD COLUMN more int'],
  ['somebody has dropped it', 'DEALLOCATE ALL'],
])('a prepared query goes on when %s', async (_, change) => {
  const db = await here.open({ name: 'changing', max: 1 })
  const read = () => db.query('SELECT * FROM changing WHERE n = $1', [1])
  await here.outside.query('DROP TABLE IF EXISTS changing; CREATE TABLE changing AS SELECT 1 AS n')
  for (let n = 0; n < 3; n += 1) await read()
  await db.query(change)
  const { rows } = await read()
  expect(rows[0]).toMatchObject({ n: 1 })
  expect((await read()).rows).toEqual(rows)
  expect(db.stats()).toMatchObject({ size: 1, failed: 1 })
})

test('several statements in one text work as often as they come', async () => {
  const db = await here.open({ name: 'several', max: 1 })
  for (let n = 0; n < 3; n += 1) await db.query('SELECT 1; SELECT 2')
  expect(db.stats()).toMatchObject({ failed: 0, prepared: 0 })
})
