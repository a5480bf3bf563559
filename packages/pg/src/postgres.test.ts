import { expect, test } from 'vitest'
import { world } from './fixtures/world.ts'

const { open, sessions } = world()

test('a query gives its rows', async () => {
  const db = await open({ name: 'rows' })
  const { rows, rowCount, command, fields } = await db.query<{ n: number }>('SELECT $1::int + 1 AS n', [41])
  expect(rows).toEqual([{ n: 42 }])
  expect({ rowCount, command, names: fields.map(({ name }) => name) }).toEqual({
    rowCount: 1,
    command: 'SELECT',
    names: ['n'],
  })
})

test('it keeps as many connections open as it is told, from the start', async () => {
  const db = await open({ name: 'warm', min: 3 })
  expect(db.stats()).toMatchObject({ size: 3, idle: 3, busy: 0, limit: 10 })
  expect(await sessions('warm')).toHaveLength(3)
  await db.close()
  expect(await sessions('warm')).toHaveLength(0)
})
