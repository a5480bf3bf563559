import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, world } from '../fixtures/world.ts'
import { postgres } from '../postgres.ts'
import type { Postgres } from '../postgres.ts'

const here = world()

const bounds = { connectMs: 5_000, cancelMs: 500, probeMs: 500, waitMs: 10_000 }

/** For what is to hang: everything else may take its time on a busy machine. */
const soon = { timeoutMs: 1_000 }

/** What holds when a fault is over: queries work, no more sessions than connections, nobody holds anything. */
const recovered = async (db: Postgres, name: string): Promise<void> => {
  await eventually(
    () =>
      db.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    'a query works again',
  )
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => db.query('SELECT $1::int AS n', [n])))
  expect(answers.map(({ rows }) => rows[0]?.n as number)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  // One that is asked whether it lives, for a caller who got another meanwhile, is neither in use nor idle.
  await eventually(() => db.stats().idle === db.stats().size, 'every connection is idle')
  await eventually(async () => (await here.sessions(name)).length === db.stats().size, 'every session is the pool’s')
  expect(db.stats()).toMatchObject({ waiting: 0, busy: 0 })
  expect(db.stats().size).toBeLessThanOrEqual(db.stats().limit)
}

/** Answers within the bounds, right or with an error. */
const outcome = async (work: Promise<{ rows: unknown[] }>): Promise<unknown> => {
  const startedAt = performance.now()
  const settled = await work.then(
    ({ rows }) => rows,
    (error: { code?: string }) => error.code,
  )
  expect(performance.now() - startedAt).toBeLessThan(15_000)
  return settled
}

describe('through a network that breaks, no caller is left waiting, and the pool recovers', () => {
  test('refused: what is open goes on, new ones fail at once, the reason is kept from the caller', async () => {
    const name = 'refused'
    const { db, proxy } = await here.openThrough({ name, max: 4, ...bounds })
    await proxy.refuse()
    expect(await outcome(db.query('SELECT 1 AS n'))).toEqual([{ n: 1 }])
    proxy.reset()
    await eventually(() => db.stats().size === 0, 'the pool has noticed')
    const refused = await db.query('SELECT 1').catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'ERR_DATABASE_UNAVAILABLE',
      kind: 'rejected',
      cause: { code: 'ECONNREFUSED' },
    })
    expect((refused as Error).message).not.toMatch(/\d/)
    const all = await Promise.all(Array.from({ length: 50 }, () => outcome(db.query('SELECT 1'))))
    expect(new Set(all)).toEqual(new Set(['ERR_DATABASE_UNAVAILABLE']))
    await proxy.heal()
    await recovered(db, name)
  })

  test('a server that accepts and says nothing', async () => {
    const name = 'unanswered'
    const { db, proxy } = await here.openThrough({ name, min: 0, max: 4, ...bounds, connectMs: 500 })
    proxy.reset()
    await eventually(() => db.stats().size === 0, 'the pool has noticed')
    proxy.freeze()
    const all = await Promise.all(Array.from({ length: 8 }, () => outcome(db.query('SELECT 1'))))
    expect(new Set(all)).toEqual(new Set(['ERR_DATABASE_UNAVAILABLE']))
    await proxy.heal()
    await recovered(db, name)
  })

  test('a server that hangs in the middle of a query', async () => {
    const name = 'hung'
    const { db, proxy } = await here.openThrough({ name, min: 2, max: 2, ...bounds })
    const queries = [1, 2].map(() => db.query('SELECT pg_sleep(0.1)', [], soon))
    await eventually(() => db.stats().busy === 2, 'they run')
    proxy.freeze()
    expect(await Promise.all(queries.map(outcome))).toEqual(['ERR_TIMED_OUT', 'ERR_TIMED_OUT'])
    await proxy.heal()
    await recovered(db, name)
  })

  test('a hung transaction ends as well', async () => {
    const name = 'hung transaction'
    const { db, proxy } = await here.openThrough({ name, max: 2, ...bounds })
    const work = db.transaction(async (open) => {
      await open.query('SELECT 1')
      proxy.freeze()
      return open.query('SELECT 2')
    }, soon)
    expect(await outcome(work)).toBe('ERR_TIMED_OUT')
    await proxy.heal()
    await recovered(db, name)
  })

  test('half-open: the server is gone and nobody said so', async () => {
    const name = 'half-open'
    const { db, proxy } = await here.openThrough({ name, min: 3, max: 3, ...bounds, probeAfterMs: 0 })
    expect(db.stats().size).toBe(3)
    proxy.halfOpen()
    // The first one finds out, and all idle ones are replaced: one wait, and no error.
    expect(await outcome(db.query('SELECT 1 AS n'))).toEqual([{ n: 1 }])
    expect(db.stats().broken).toBe(3)
    await recovered(db, name)
  })

  test('half-open in the middle of a query', async () => {
    const name = 'half-open query'
    const { db, proxy } = await here.openThrough({ name, max: 2, ...bounds })
    const query = db.query('SELECT pg_sleep(0.1)', [], soon)
    await eventually(() => db.stats().busy === 1, 'it runs')
    proxy.halfOpen()
    expect(await outcome(query)).toBe('ERR_TIMED_OUT')
    await recovered(db, name)
  })

  test('a reset in the middle of queries', async () => {
    const name = 'reset'
    const { db, proxy } = await here.openThrough({ name, min: 3, max: 3, ...bounds })
    const queries = Array.from({ length: 6 }, () => db.query('SELECT pg_sleep(0.1)'))
    await eventually(() => db.stats().busy === 3, 'they run')
    proxy.reset()
    const outcomes = await Promise.all(queries.map(outcome))
    expect(outcomes.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'ERR_CONNECTION_LOST'))
    // Those that waited have never run: they get other connections.
    expect(outcomes.slice(3)).toEqual(Array.from({ length: 3 }, () => [{ pg_sleep: '' }]))
    await recovered(db, name)
  })

  test.each([
    ['an unknown message', Buffer.from([0xff, 0, 0, 0, 8, 1, 2, 3, 4])],
    ['text', Buffer.from('HTTP/1.1 502 Bad Gateway\r\n\r\n')],
    ['a message that never ends', Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff])],
    ['a length of zero', Buffer.from([0x44, 0, 0, 0, 0])],
  ])('garbage in the middle of a query: %s', async (what, bytes) => {
    const name = `garbage, ${what}`
    const { db, proxy } = await here.openThrough({ name, max: 2, ...bounds })
    const query = db.query('SELECT pg_sleep(0.05), 7 AS n', [], soon)
    await eventually(() => db.stats().busy === 1, 'it runs')
    proxy.inject(bytes)
    // Never an answer that is not the server's.
    expect(['ERR_CONNECTION_LOST', 'ERR_TIMED_OUT']).toContain(await outcome(query))
    await recovered(db, name)
  })

  test('garbage in place of a server', async () => {
    const liar = createServer((socket) => {
      socket.on('error', () => {}).write(Buffer.from([0x44, 0, 0, 0, 0, 0x44, 0, 0, 0, 6, 0x7f, 0xff, 0x5a]))
    })
    liar.listen(0, '127.0.0.1')
    await once(liar, 'listening')
    onTestFinished(() => void liar.close())
    const { port } = liar.address() as AddressInfo
    const opened = postgres({ connection: { host: '127.0.0.1', port, user: 'x' }, connectMs: 1_000 }).open()
    await expect(opened).rejects.toMatchObject({ code: 'ERR_DATABASE_UNAVAILABLE' })
  })

  test('garbage on an idle connection', async () => {
    const name = 'garbage, idle'
    const { db, proxy } = await here.openThrough({ name, max: 2, ...bounds })
    proxy.inject(Buffer.from('\u0000\u0001garbage that is longer than a header'))
    expect([[{ n: 1 }], 'ERR_TIMED_OUT', 'ERR_CONNECTION_LOST']).toContainEqual(
      await outcome(db.query('SELECT 1 AS n', [], soon)),
    )
    await recovered(db, name)
  })

  test('everything 50 ms later: slower, and right', async () => {
    const name = 'slow'
    const { db, proxy } = await here.openThrough({ name, max: 2, ...bounds })
    proxy.slow(50)
    expect(await outcome(db.query('SELECT 1 AS n'))).toEqual([{ n: 1 }])
    await proxy.heal()
    await recovered(db, name)
  })
})
