import { expect, onTestFinished, test } from 'vitest'
import pg from 'pg'
import { ownServer, sharedServer } from '../fixtures/server.ts'
import { eventually, world } from '../fixtures/world.ts'
import { postgres } from '../postgres.ts'
import type { Postgres } from '../postgres.ts'

const here = world()

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  )

test('connections killed on the server are replaced; a query that ran is said to be lost', async () => {
  const name = 'killed'
  const db = await here.open({ name, min: 4, max: 4 })
  const running = db.query('SELECT pg_sleep(60)').catch((error: unknown) => error)
  await eventually(async () => (await here.sessions(name)).some(({ state }) => state === 'active'), 'it runs')
  await here.outside.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name])
  expect(await running).toMatchObject({
    code: 'ERR_CONNECTION_LOST',
    message: 'The connection to the database broke while the query ran.',
    cause: { code: '57P01' },
  })
  await eventually(() => db.stats().broken === 4, 'all four are known to be dead')
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  await eventually(() => db.stats().size === 4, 'all four are back')
  await eventually(async () => (await here.sessions(name)).length === 4, 'and no more than these')
  expect(db.stats()).toMatchObject({ busy: 0, broken: 4 })
})

test('a killed transaction is lost, and not run again', async () => {
  const name = 'killed transaction'
  const db = await here.open({ name })
  let runs = 0
  const work = db.transaction(async (open) => {
    runs += 1
    await open.query('SELECT pg_terminate_backend(pg_backend_pid())')
  })
  expect(await codeOf(work)).toBe('ERR_CONNECTION_LOST')
  expect(runs).toBe(1)
  expect(db.stats()).toMatchObject({ busy: 0 })
})

test('a statement that the server itself cancels is its error, and costs no connection', async () => {
  const db = await here.open({ name: 'its own', statementTimeoutMs: 50, lockTimeoutMs: 50 })
  expect(await codeOf(db.query('SELECT pg_sleep(60)'))).toBe('57014')
  expect(db.stats()).toMatchObject({ opened: 1, idle: 1 })
})

/** A pool on a server of its own, with callers that never pause. */
const underLoad = async (db: Postgres) => {
  const seen = { ok: 0, wrong: 0, codes: new Set<unknown>(), longestMs: 0, isOver: false }
  const caller = async (id: number): Promise<void> => {
    for (let n = 0; !seen.isOver; n += 1) {
      const startedAt = performance.now()
      const asked = id * 1_000_000 + n
      try {
        const { rows } = await db.query<{ n: number }>('SELECT $1::int AS n', [asked], { timeoutMs: 2_000 })
        if (rows[0]?.n === asked) seen.ok += 1
        else seen.wrong += 1
      } catch (error) {
        seen.codes.add((error as { code?: unknown }).code)
        // Who is refused at once and asks again at once takes the machine from the server that starts.
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      seen.longestMs = Math.max(seen.longestMs, performance.now() - startedAt)
    }
  }
  const callers = Promise.all(Array.from({ length: 8 }, (_, id) => caller(id)))
  return { seen, end: () => ((seen.isOver = true), callers) }
}

test('a server restarted under load: clear errors while it is away, right answers before and after', async () => {
  const server = await ownServer()
  const db = await postgres({ connection: server.address, name: 'restarted', min: 4, max: 4 }).open()
  onTestFinished(async () => {
    await db.close(0)
    await server.stop()
  })
  const { seen, end } = await underLoad(db)
  await eventually(() => seen.ok > 100, 'it serves')
  await server.stop()
  await eventually(() => seen.codes.has('ERR_DATABASE_UNAVAILABLE'), 'it is away')
  expect(await server.start()).toBeUndefined()
  const before = seen.ok
  await eventually(() => seen.ok > before + 100, 'it serves again')
  await end()
  expect(seen.wrong).toBe(0)
  for (const code of seen.codes) expect(['ERR_DATABASE_UNAVAILABLE', 'ERR_CONNECTION_LOST']).toContain(code)
  expect(seen.longestMs).toBeLessThan(10_000)
  await eventually(() => db.stats().size === 4 && db.stats().busy === 0, 'all four are back')
  const client = new pg.Client(server.address)
  await client.connect()
  const { rows } = await client.query(`SELECT FROM pg_stat_activity WHERE application_name = 'restarted'`)
  await client.end()
  expect(rows).toHaveLength(4)
}, 120_000)

test('a server with too few connections for the pool: those there are serve everybody', async () => {
  const server = await ownServer({
    max_connections: '8',
    superuser_reserved_connections: '0',
    reserved_connections: '0',
  })
  const db = await postgres({ connection: server.address, name: 'too many', min: 2, max: 20 }).open()
  onTestFinished(async () => {
    await db.close(0)
    await server.stop()
  })
  const answers = await Promise.all(
    Array.from(
      { length: 100 },
      async (_, n) => (await db.query('SELECT $1::int AS n, pg_sleep(0.005)', [n])).rows[0]?.n,
    ),
  )
  expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => n))
  expect(db.stats().connectFailures).toBeGreaterThan(0)
  expect(db.stats()).toMatchObject({ failed: 0, exhausted: 0, waiting: 0 })
  expect(db.stats().size).toBeLessThanOrEqual(8)
}, 120_000)

test('a pool that is full refuses whom it has no room for, at once, and whom it kept waiting, in time', async () => {
  const db = await here.open({ name: 'full', min: 2, max: 2, maxWaiting: 3, waitMs: 100 })
  const running = [db.query('SELECT pg_sleep(1)'), db.query('SELECT pg_sleep(1)')]
  await eventually(() => db.stats().busy === 2, 'all are in use')
  const waiting = [1, 2, 3].map(() => db.query('SELECT 1').catch((error: unknown) => error))
  await expect(db.query('SELECT 1')).rejects.toMatchObject({
    name: 'PoolExhaustedError',
    code: 'ERR_POOL_EXHAUSTED',
    message: 'All 2 database connections are in use and too many callers wait for one.',
  })
  for (const error of await Promise.all(waiting)) {
    expect(error).toMatchObject({ code: 'ERR_POOL_EXHAUSTED' })
    expect((error as Error).message).toMatch(/^No database connection became free within \d+ ms\.$/)
  }
  await Promise.all(running)
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect(db.stats()).toMatchObject({ exhausted: 4, waiting: 0, busy: 0, size: 2 })
})

test('a start that cannot reach the database says so, and leaves nothing open', async () => {
  const { address, leave } = await sharedServer()
  onTestFinished(leave)
  await expect(postgres({ connection: { ...address, user: 'nobody-here' } }).open()).rejects.toMatchObject({
    code: 'ERR_DATABASE_UNAVAILABLE',
    cause: { code: '28000' },
  })
  expect(await here.sessions('millrace')).toEqual([])
})

test('closing waits for what runs, then cuts it', async () => {
  const db = await here.open({ name: 'closing', min: 2, max: 2 })
  const short = db.query('SELECT pg_sleep(0.05), 1 AS n')
  const long = codeOf(db.query('SELECT pg_sleep(60)'))
  await eventually(() => db.stats().busy === 2, 'they run')
  const closed = db.close(300)
  await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED', kind: 'rejected' })
  expect((await short).rows[0]).toMatchObject({ n: 1 })
  expect(await long).toBe('ERR_CONNECTION_LOST')
  await closed
  await db.close()
  expect(db.stats()).toMatchObject({ size: 0, busy: 0 })
})
