import { expect, it } from 'vitest'
import { eventually, world } from './fixtures/world.ts'

const { open, sessions } = ((own) => ({ open: own.open, sessions: own.sessions }))(world())

it('a database that is told to hold less lets go of sessions on the server, and opens them again', async () => {
  const db = await open({ name: 'shrinking', min: 2, max: 6 })
  await Promise.all(Array.from({ length: 6 }, () => db.query('SELECT pg_sleep(0.02)')))
  await eventually(async () => (await sessions('shrinking')).length === 6, 'six sessions')
  db.shrinkTo(0.5)
  await eventually(async () => (await sessions('shrinking')).length === 3, 'three sessions')
  db.shrinkTo(0)
  await eventually(async () => (await sessions('shrinking')).length === 0, 'no session')
  expect((await db.query<{ n: number }>('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  await eventually(async () => (await sessions('shrinking')).length === 0, 'no session again')
  db.shrinkTo(1)
  await eventually(async () => (await sessions('shrinking')).length === 2, 'as many as are kept open')
  expect(() => db.shrinkTo(2)).toThrow('postgres.shrinkTo takes a number from 0 to 1, got 2')
})
