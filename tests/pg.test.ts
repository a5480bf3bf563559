import { lifespan } from '@millrace/lifespan'
import { postgres } from '@millrace/pg'
import type { Postgres } from '@millrace/pg'
import { fakeCall } from '@millrace/core/testing'
import { timeout } from '@millrace/resilience'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { withPostgres } from './readme/postgres.ts'

let leave: () => Promise<void>
beforeAll(async () => {
  leave = await withPostgres()
}, 60_000)
afterAll(async () => leave())

const connection = (): string => process.env['DATABASE_URL']!

test('a lifespan starts, checks and closes a database', async () => {
  const app = lifespan({ db: postgres({ connection: connection(), min: 2 }) }, { signals: false })
  await app.start()
  expectTypeOf(app.resources.db).toEqualTypeOf<Postgres>()
  const { db } = app.resources
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect(await app.health()).toMatchObject({ status: 'healthy', resources: { db: { status: 'healthy' } } })
  await app.stop()
  await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('a start without the database says which one failed and why', async () => {
  const app = lifespan({ db: postgres({ connection: { host: '127.0.0.1', port: 1 } }) }, { signals: false })
  await expect(app.start()).rejects.toThrow('db did not start: The database takes no connection at the moment')
})

test('a timeout in front of a handler ends its query on the server', async () => {
  const db = await postgres({ connection: connection(), name: 'timed out', max: 1 }).open()
  const slow = timeout({ timeoutMs: 50 })
  const handler = async (call: Parameters<typeof slow>[0]) => ({
    rows: (await db.query('SELECT pg_sleep(60)', [], call)).rows,
  })
  await expect(slow(fakeCall(), handler)).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
  // The only connection is free again: it was the query that ended, not the wait for it.
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect(db.stats()).toMatchObject({ cancelled: 1, opened: 1 })
  await db.close()
})
