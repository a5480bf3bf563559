import { fakeCall } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { eventually, world } from '../fixtures/world.ts'

const here = world()

const numbers = 'SELECT n FROM generate_series(1, $1::int) AS n'

test('rows come in order, whatever the size of a batch', async () => {
  const db = await here.open({ name: 'rows' })
  for (const batchRows of [1, 3, 10, 11, 1_000]) {
    const got: number[] = []
    for await (const { n } of db.stream<{ n: number }>(numbers, [10], { batchRows })) got.push(n)
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  }
  expect(db.stats()).toMatchObject({ busy: 0, opened: 1 })
})

test('no more is fetched than was asked for', async () => {
  const db = await here.open({ name: 'backpressure', max: 1 })
  const rows = db.stream(numbers, [1_000_000], { batchRows: 10 })
  for (let n = 0; n < 25; n += 1) await rows.next()
  // Begin, declare, and three batches.
  expect(db.stats()).toMatchObject({ started: 1 + 5, busy: 1 })
  await rows.return()
  expect(db.stats()).toMatchObject({ busy: 0, idle: 1, opened: 1 })
})

test('a large result passes through little memory', async () => {
  const db = await here.open({ name: 'memory' })
  const text = `SELECT n, repeat('x', 1000) AS padding FROM generate_series(1, 100000) AS n`
  let rows = 0
  let most = 0
  for await (const _ of db.stream(text, [], { batchRows: 500 })) {
    rows += 1
    if (rows % 5_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed)
  }
  expect(rows).toBe(100_000)
  expect(most).toBeLessThan(200e6)
})

test('leaving the loop gives the connection back', async () => {
  const db = await here.open({ name: 'left', max: 1 })
  for await (const _ of db.stream(numbers, [1_000])) break
  expect(db.stats()).toMatchObject({ busy: 0, idle: 1, opened: 1 })
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
})

test('a cancelled call gives it back too, though nobody asks for rows any more', async () => {
  const db = await here.open({ name: 'cancelled', max: 1 })
  const call = fakeCall()
  const rows = db.stream(numbers, [1_000_000], { call, batchRows: 10 })
  await rows.next()
  call.abort('gone')
  await eventually(() => db.stats().idle === 1, 'the connection is back')
  for (let n = 0; n < 9; n += 1) await rows.next()
  await expect(rows.next()).rejects.toBe('gone')
  expect(db.stats()).toMatchObject({ opened: 1 })
})

test('a query that cannot be run says so, and what only reads cannot write', async () => {
  const db = await here.open({ name: 'wrong', max: 1 })
  await expect(db.stream('SELECT 1/0 AS n').next()).rejects.toThrow('division by zero')
  await expect(db.stream('SELEC').next()).rejects.toMatchObject({ code: '42601' })
  expect(db.stats()).toMatchObject({ busy: 0, idle: 1, opened: 1 })
  expect(() => db.stream('SELECT 1', [], { batchRows: 0 })).toThrow('stream.batchRows must be an integer ≥ 1, got 0')
})
