import { fakeCall } from '@millrace/core/testing'
import { subscribe } from '@millrace/core'
import type { PgEvent } from '@millrace/core'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { eventually, world } from '../fixtures/world.ts'
import type { Postgres } from '../postgres.ts'

const here = world()

beforeEach(async () => {
  await here.outside.query('DROP TABLE IF EXISTS money; CREATE TABLE money AS SELECT 1 AS id, 100 AS amount')
})

const amount = async (): Promise<number> =>
  (await here.outside.query<{ amount: number }>('SELECT amount FROM money')).rows[0]!.amount

test('what is done in a transaction is kept when its work ends well', async () => {
  const db = await here.open({ name: 'kept' })
  const value = await db.transaction(async (open) => {
    await open.query('UPDATE money SET amount = amount - $1', [30])
    expect(await amount()).toBe(100)
    return 'done'
  })
  expect([value, await amount()]).toEqual(['done', 70])
})

test('and undone when its work throws, whose error the caller gets', async () => {
  const db = await here.open({ name: 'undone', max: 1 })
  const error = new Error('no')
  const work = db.transaction(async (open) => {
    await open.query('UPDATE money SET amount = 0')
    throw error
  })
  await expect(work).rejects.toBe(error)
  expect(await amount()).toBe(100)
  expect(db.stats()).toMatchObject({ opened: 1, idle: 1 })
})

test('a failed query that its work swallows is not taken for success', async () => {
  const db = await here.open({ name: 'swallowed' })
  const work = db.transaction(async (open) => {
    await open.query('UPDATE money SET amount = 0')
    await open.query('SELECT 1/0').catch(() => {})
  })
  await expect(work).rejects.toThrow('transaction: a query in it has failed, so nothing was kept')
  expect(await amount()).toBe(100)
})

test('a savepoint undoes only what came after it', async () => {
  const db = await here.open({ name: 'savepoint' })
  await db.transaction(async (open) => {
    await open.query('UPDATE money SET amount = 90')
    const inner = open.savepoint(async (point) => {
      await point.savepoint(async (deeper) => deeper.query('UPDATE money SET amount = 10'))
      await point.query('SELECT 1/0')
    })
    await expect(inner).rejects.toThrow('division by zero')
    expect(await open.savepoint(async (point) => (await point.query('SELECT 5 AS n')).rows[0]?.n)).toBe(5)
  })
  expect(await amount()).toBe(90)
})

test('queries asked for at once run one after the other, and none after the end', async () => {
  const db = await here.open({ name: 'in turn' })
  let late: (() => Promise<unknown>) | undefined
  await db.transaction(async (open) => {
    late = () => open.query('SELECT 1')
    const all = await Promise.all([1, 2, 3].map((n) => open.query('SELECT $1::int AS n', [n])))
    expect(all.map(({ rows }) => rows[0]?.n)).toEqual([1, 2, 3])
  })
  await expect(late?.()).rejects.toThrow('transaction: a query came after its end')
})

test('isolation and access are those asked for', async () => {
  const db = await here.open({ name: 'isolation' })
  const shown = await db.transaction(
    async (open) =>
      Promise.all(
        ['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'].map(
          async (name) => (await open.query(`SHOW ${name}`)).rows[0]?.[name] as string,
        ),
      ),
    { isolation: 'serializable', isReadOnly: true, isDeferrable: true },
  )
  expect(shown).toEqual(['serializable', 'on', 'on'])
})

/** Transactions at once, each of which has read what the others change before any of them writes. */
const incrementTogether = (db: Postgres, count: number, maxAttempts: number): Array<Promise<unknown>> => {
  let reading = count
  let release = (): void => {}
  const allHaveRead = new Promise<void>((resolve) => {
    release = resolve
  })
  const increment = (): Promise<unknown> =>
    db.transaction(
      async (open) => {
        const { rows } = await open.query<{ amount: number }>('SELECT amount FROM money')
        reading -= 1
        if (reading <= 0) release()
        await allHaveRead
        await open.query('UPDATE money SET amount = $1', [rows[0]!.amount + 1])
      },
      { isolation: 'serializable', maxAttempts },
    )
  return Array.from({ length: count }, increment)
}

test('transactions that lose against each other are run again until all are kept', async () => {
  const db = await here.open({ name: 'contention' })
  const retried: PgEvent[] = []
  onTestFinished(subscribe('pg', (event) => void (event.type === 'pg.retried' && retried.push(event))))
  await Promise.all(incrementTogether(db, 8, 50))
  expect(await amount()).toBe(108)
  expect(retried.length).toBeGreaterThan(0)
  expect(retried[0]).toMatchObject({ pool: 'contention', attempt: 2, error: { code: '40001' } })
})

test('but no more often than they may', async () => {
  const db = await here.open({ name: 'attempts' })
  const outcomes = await Promise.allSettled(incrementTogether(db, 8, 1))
  const failed = outcomes.filter(({ status }) => status === 'rejected')
  expect(failed.length).toBeGreaterThan(0)
  expect(await amount()).toBe(100 + outcomes.length - failed.length)
})

test('a deadlock is fought again', async () => {
  const db = await here.open({ name: 'deadlock', settings: { deadlock_timeout: '20ms' } })
  await here.outside.query('INSERT INTO money VALUES (2, 100)')
  const both = async (first: number, second: number) =>
    db.transaction(async (open) => {
      await open.query('UPDATE money SET amount = amount + 1 WHERE id = $1', [first])
      await open.query('SELECT pg_sleep(0.05)')
      await open.query('UPDATE money SET amount = amount + 1 WHERE id = $1', [second])
    })
  await Promise.all([both(1, 2), both(2, 1)])
  const { rows } = await here.outside.query('SELECT amount FROM money')
  expect(rows).toEqual([{ amount: 102 }, { amount: 102 }])
})

test('a transaction whose caller has gone is undone, be it running a query or doing something else', async () => {
  const db = await here.open({ name: 'gone', max: 1 })
  for (const isQuerying of [true, false]) {
    const call = fakeCall()
    const work = db.transaction(
      async (open) => {
        await open.query('UPDATE money SET amount = 0')
        if (isQuerying) await open.query('SELECT pg_sleep(60)')
        else await new Promise(() => {})
      },
      { call },
    )
    await eventually(async () => (await here.sessions('gone'))[0]?.query !== 'BEGIN', 'it has begun')
    call.abort('left')
    await expect(work).rejects.toBe('left')
    expect(await amount()).toBe(100)
    expect(db.stats()).toMatchObject({ busy: 0, idle: 1, opened: 1 })
  }
})

test('a retry that would come after the deadline is not made', async () => {
  const db = await here.open({ name: 'no time' })
  const call = fakeCall({ deadline: fakeCall().clock.now() + 200 })
  let attempts = 0
  const work = db.transaction(
    async (open) => {
      attempts += 1
      await open.query('SELECT pg_sleep(0.15)')
      throw Object.assign(new Error('lost'), { code: '40001', severity: 'ERROR' })
    },
    { call, maxAttempts: 100 },
  )
  await expect(work).rejects.toBeDefined()
  expect(attempts).toBeLessThan(4)
})

test.each([
  [{ isolation: 'none' }, 'transaction.isolation must be one of'],
  [{ maxAttempts: 0 }, 'transaction.maxAttempts must be an integer ≥ 1, got 0'],
])('bad options get one clear sentence: %j', async (options, message) => {
  const db = await here.open({ name: 'options' })
  await expect(db.transaction(async () => 1, options as never)).rejects.toThrow(message)
  await expect(db.transaction(5 as never)).rejects.toThrow('transaction: expected a function, got a number')
})
