import { fakeCall } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { eventually, world } from '../fixtures/world.ts'

const here = world()

const running = async (name: string) => (await here.sessions(name)).filter(({ state }) => state === 'active').length

test('a query that takes too long is cancelled on the server, and its connection is used again', async () => {
  const db = await here.open({ name: 'late', max: 1 })
  const [before] = await here.sessions('late')
  await expect(db.query('SELECT pg_sleep(60)', [], { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'ERR_TIMED_OUT',
    kind: 'abandoned',
    message: 'The database query took longer than 50 ms and has been cancelled.',
  })
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect(await running('late')).toBe(0)
  expect((await here.sessions('late')).map(({ pid }) => pid)).toEqual([before?.pid])
  expect(db.stats()).toMatchObject({ timedOut: 1, cancelled: 1, opened: 1 })
})

test('the pool has its own limit for queries', async () => {
  const db = await here.open({ name: 'limit', queryMs: 50 })
  await expect(db.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
})

test.each(['signal', 'options with a signal', 'call', 'options with a call'])(
  'whoever passes a %s can cancel the query on the server',
  async (kind) => {
    const name = `cancel by ${kind}`
    const db = await here.open({ name, max: 1 })
    const controller = new AbortController()
    const call = fakeCall()
    const within = {
      signal: controller.signal,
      'options with a signal': { signal: controller.signal },
      call,
      'options with a call': { call },
    }[kind]
    const answer = db.query('SELECT pg_sleep(60)', [], within)
    await eventually(async () => (await running(name)) === 1, 'it runs')
    const reason = new Error('gone')
    if (kind.includes('signal')) controller.abort(reason)
    else call.abort(reason)
    await expect(answer).rejects.toBe(reason)
    await db.query('SELECT 1')
    expect(await running(name)).toBe(0)
    expect(db.stats()).toMatchObject({ opened: 1, cancelled: 1, busy: 0 })
  },
)

test('a query that waits for a connection leaves the line when it is cancelled', async () => {
  const db = await here.open({ name: 'line', max: 1 })
  const slow = db.query('SELECT pg_sleep(0.2)')
  const controller = new AbortController()
  const waiting = db.query('SELECT 1', [], controller.signal)
  expect(db.stats()).toMatchObject({ waiting: 1 })
  controller.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  expect(db.stats()).toMatchObject({ waiting: 0 })
  await slow
  expect(db.stats()).toMatchObject({ started: 2, cancelled: 0 })
})

test('a transaction that waits for a connection leaves the line as well, and is told when there is none', async () => {
  const db = await here.open({ name: 'line of transactions', max: 1, maxWaiting: 1 })
  const slow = db.query('SELECT pg_sleep(0.2)')
  const controller = new AbortController()
  const waiting = db.transaction(async () => 1, { signal: controller.signal })
  await expect(db.transaction(async () => 2)).rejects.toMatchObject({ code: 'ERR_POOL_EXHAUSTED' })
  expect(db.stats()).toMatchObject({ waiting: 1 })
  controller.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  expect(db.stats()).toMatchObject({ waiting: 0 })
  const late = db.transaction(async () => 3)
  await slow
  expect(await late).toBe(3)
})

test('what is cancelled before it begins never reaches the server', async () => {
  const db = await here.open({ name: 'before' })
  const call = fakeCall()
  call.abort('gone')
  await expect(db.query('SELECT 1', [], call)).rejects.toBe('gone')
  await expect(db.query('SELECT 1', [], AbortSignal.abort('left'))).rejects.toBe('left')
  await expect(db.transaction(async () => 1, { call })).rejects.toBe('gone')
  expect(db.stats()).toMatchObject({ started: 1 })
})

test('the deadline of a call bounds its queries', async () => {
  const db = await here.open({ name: 'deadline', max: 1 })
  const { clock } = fakeCall()
  const soon = fakeCall({ deadline: clock.now() + 100 })
  await expect(db.query('SELECT pg_sleep(60)', [], soon)).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
  const over = fakeCall({ deadline: clock.now() - 1 })
  await expect(db.query('SELECT 1', [], over)).rejects.toMatchObject({ code: 'ERR_DEADLINE', kind: 'rejected' })
  await expect(db.transaction(async () => 1, { call: over })).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
})

test('a deadline bounds the wait for a connection too', async () => {
  const db = await here.open({ name: 'deadline in line', max: 1 })
  const slow = db.query('SELECT pg_sleep(0.3)')
  const call = fakeCall({ deadline: fakeCall().clock.now() + 50 })
  await expect(db.query('SELECT 1', [], call)).rejects.toMatchObject({ code: 'ERR_POOL_EXHAUSTED', kind: 'rejected' })
  await slow
})

test('a cancel never hits the query that comes after on the same connection', async () => {
  const db = await here.open({ name: 'next', max: 1 })
  for (let round = 0; round < 30; round += 1) {
    const controller = new AbortController()
    const first = db.query('SELECT pg_sleep($1)', [round / 10_000], controller.signal).catch(() => 'cancelled')
    const second = db.query<{ n: number }>('SELECT $1::int AS n FROM pg_sleep(0.002)', [round])
    await new Promise(setImmediate)
    controller.abort()
    await first
    expect((await second).rows).toEqual([{ n: round }])
  }
  expect(db.stats()).toMatchObject({ size: 1, opened: 1 })
})
