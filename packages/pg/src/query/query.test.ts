import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually, world } from '../fixtures/world.ts'

const { open, sessions } = world()
// Before 8.20 or so its package.json is nothing that it exports.
const folder = join(dirname(createRequire(import.meta.url).resolve('pg')), '..')
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
const minor = Number(version.split('.')[1])

test('an error of the server is the one that pg throws, and costs no connection', async () => {
  const db = await open({ name: 'errors', max: 1 })
  const [before] = await sessions('errors')
  await expect(db.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012', message: 'division by zero' })
  await expect(db.query('SELEC')).rejects.toMatchObject({ code: '42601' })
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect((await sessions('errors')).map(({ pid }) => pid)).toEqual([before?.pid])
  expect(db.stats()).toMatchObject({ started: 4, failed: 2, opened: 1, broken: 0 })
})

test('an error of the driver is told, and costs no connection either', async () => {
  const db = await open({ name: 'values', max: 1, cancelMs: 500 })
  const circular: unknown[] = []
  circular.push({ circular })
  const error: unknown = await db.query('SELECT $1::json', [circular[0]]).catch((thrown: unknown) => thrown)
  // Before 8.22 pg does not tell the server that nothing more comes: it cannot be told from a server that hangs.
  const isKept = minor >= 22
  expect(isKept ? error : (error as Error).cause).toHaveProperty('message', expect.stringContaining('circular'))
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect(db.stats()).toMatchObject({ opened: isKept ? 1 : 2, busy: 0 })
})

test('a transaction that a single query leaves open is rolled back, and said so', async () => {
  const db = await open({ name: 'begin', max: 1 })
  await expect(db.query('BEGIN')).rejects.toThrow('use transaction()')
  expect((await db.query('SELECT pg_current_xact_id_if_assigned() AS id')).rows).toEqual([{ id: null }])
  await eventually(async () => (await sessions('begin')).length === 1, 'the session that was left open has ended')
})

test.each([
  [undefined, [], 'query: expected a text or an object with text, got undefined'],
  [{}, [], 'query: expected a text or an object with text, got an object'],
  ['SELECT 1', 'a', 'query: values must be an array, got a string'],
])('bad input gets one clear sentence: %j %j', async (text, values, message) => {
  const db = await open({ name: 'input' })
  await expect(db.query(text as string, values as never)).rejects.toThrow(message)
})

test('what a query runs within is checked as well', async () => {
  const db = await open({ name: 'within' })
  await expect(db.query('SELECT 1', [], 5 as never)).rejects.toThrow(
    'query: expected a call, a signal or options, got a number',
  )
  await expect(db.query('SELECT 1', [], { timeoutMs: -1 })).rejects.toThrow(
    'query.timeoutMs must be a number ≥ 0 or Infinity, got -1',
  )
})

test('queries on one connection run one after the other, in the order in which they came', async () => {
  const db = await open({ name: 'order', max: 1 })
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { rows } = await db.query<{ n: number }>('SELECT $1::int AS n', [n])
      order.push(rows[0]!.n)
    }),
  )
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n))
  expect(db.stats()).toMatchObject({ size: 1, granted: 21, waited: 20 })
})

test('server settings hold on every connection, whatever they look like', async () => {
  const settings = { jit: false, work_mem: '8MB', 'my.text': 'a b\\c', 'my.number': 3 }
  const db = await open({ name: 'settings', settings, statementTimeoutMs: 1234, lockTimeoutMs: 567 })
  const show = async (name: string) => (await db.query(`SHOW ${name}`)).rows[0]?.[name]
  expect(await show('jit')).toBe('off')
  expect(await show('work_mem')).toBe('8MB')
  expect(await show('my.text')).toBe('a b\\c')
  expect(await show('my.number')).toBe('3')
  expect(await show('statement_timeout')).toBe('1234ms')
  expect(await show('lock_timeout')).toBe('567ms')
  expect(await show('application_name')).toBe('settings')
})
