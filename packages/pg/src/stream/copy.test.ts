import { deferred, fakeCall } from '@millrace/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { eventually, world } from '../fixtures/world.ts'

const here = world()

beforeEach(async () => {
  await here.outside.query('DROP TABLE IF EXISTS lines; CREATE TABLE lines (n int, word text)')
})

/** Locks the table until the lock is opened: by another connection than the one that looks, which would see no change. */
const locked = async (): Promise<() => Promise<void>> => {
  const locker = await here.open({ name: 'locker' })
  const [isLocked, isHeld] = [deferred(), deferred()]
  const work = locker.transaction(async (open) => {
    await open.query('LOCK TABLE lines')
    isLocked.resolve()
    await isHeld.promise
  })
  await isLocked.promise
  return () => {
    isHeld.resolve()
    return work
  }
}

const count = async (): Promise<number> =>
  (await here.outside.query<{ n: number }>('SELECT count(*)::int AS n FROM lines')).rows[0]!.n

test('what is copied in can be copied out', async () => {
  const db = await here.open({ name: 'copy', max: 1 })
  const pieces = ['1,on', 'e\n2,two\n', Buffer.from('3,three\n')]
  expect(await db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', pieces)).toBe(3)
  const out: Buffer[] = []
  for await (const piece of db.copyTo('COPY lines TO STDOUT (FORMAT csv)')) out.push(piece)
  expect(Buffer.concat(out).toString()).toBe('1,one\n2,two\n3,three\n')
  expect(db.stats()).toMatchObject({ opened: 1, idle: 1, busy: 0 })
})

test('a source is asked for more only as fast as the server takes it', async () => {
  const db = await here.open({ name: 'source', max: 1 })
  const line = `1,${'x'.repeat(64 * 1024)}\n`
  let given = 0
  const source = async function* () {
    for (; given < 200; given += 1) yield line
  }
  const unlock = await locked()
  const copied = db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', source())
  await eventually(async () => (await here.sessions('source'))[0]?.state === 'active', 'it waits for the lock')
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
  expect(given).toBeLessThan(100)
  await unlock()
  expect(await copied).toBe(200)
})

test('a source that fails leaves nothing behind', async () => {
  const db = await here.open({ name: 'failing', max: 1 })
  const source = async function* () {
    yield '1,one\n'
    throw new Error('the source broke')
  }
  await expect(db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', source())).rejects.toThrow('the source broke')
  expect(await count()).toBe(0)
  expect(await db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', ['1,one\n'])).toBe(1)
  expect(db.stats()).toMatchObject({ size: 1, busy: 0 })
})

test('what the server does not accept is its error', async () => {
  const db = await here.open({ name: 'refused', max: 1 })
  const wrong = db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', ['one,1\n'])
  await expect(wrong).rejects.toMatchObject({ code: '22P02' })
  await expect(db.copyTo('COPY nothing TO STDOUT').next()).rejects.toMatchObject({ code: '42P01' })
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  expect(db.stats()).toMatchObject({ busy: 0 })
})

const endless = `COPY (SELECT n, repeat('x', 1000) FROM (SELECT generate_series(1, 100000000) AS n) AS s) TO STDOUT`

test('leaving the loop ends the copy on the server', async () => {
  const db = await here.open({ name: 'left', max: 1 })
  for await (const _ of db.copyTo(endless)) break
  expect((await db.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  await eventually(async () => (await here.sessions('left')).every(({ state }) => state === 'idle'), 'it has ended')
  expect(db.stats()).toMatchObject({ busy: 0, size: 1 })
})

test('so does a cancelled call, in both directions', async () => {
  const db = await here.open({ name: 'cancelled', max: 1 })
  const call = fakeCall()
  const pieces = db.copyTo(endless, call)
  await pieces.next()
  call.abort(new Error('gone'))
  await expect(
    (async () => {
      for await (const _ of pieces);
    })(),
  ).rejects.toThrow('gone')

  const second = fakeCall()
  const source = async function* () {
    yield '1,one\n'
    await new Promise(() => {})
  }
  const copied = db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', source(), second)
  await eventually(async () => (await here.sessions('cancelled'))[0]?.query.startsWith('COPY lines') === true, 'runs')
  second.abort(new Error('left'))
  await expect(copied).rejects.toThrow('left')
  expect(await count()).toBe(0)
  await eventually(() => db.stats().busy === 0, 'the connection is back')
})

test('a copy that does not move is given up, one that waits for our side is not', async () => {
  const db = await here.open({ name: 'silence', max: 2, queryMs: 150 })
  const unlock = await locked()
  const stuck = db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', ['1,one\n'])
  await expect(stuck).rejects.toMatchObject({ code: 'ERR_TIMED_OUT', message: 'The copy has not moved for 150 ms.' })
  await unlock()
  const source = async function* () {
    yield '1,one\n'
    await here.outside.query('SELECT pg_sleep(0.5)')
    yield '2,two\n'
  }
  expect(await db.copyFrom('COPY lines FROM STDIN (FORMAT csv)', source())).toBe(2)
})

test('the deadline of a call bounds it, however much it moves', async () => {
  const db = await here.open({ name: 'deadline', max: 1 })
  const call = fakeCall({ deadline: fakeCall().clock.now() + 200 })
  await expect(
    (async () => {
      for await (const _ of db.copyTo(endless, call));
    })(),
  ).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
})
