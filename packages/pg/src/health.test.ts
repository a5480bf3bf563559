import { expect, test } from 'vitest'
import { eventually, world } from './fixtures/world.ts'

const here = world()

test('a database that answers is healthy, and says how many connections it has', async () => {
  const db = await here.open({ name: 'healthy', min: 2, max: 5 })
  expect(await db.check()).toEqual({
    status: 'healthy',
    numbers: { limit: 5, size: 2, idle: 2, waiting: 0, busy: 0 },
  })
})

test('one whose callers have to wait is degraded, and is not asked', async () => {
  const db = await here.open({ name: 'busy', max: 1 })
  const queries = [1, 2, 3].map(() => db.query('SELECT pg_sleep(0.05)'))
  expect(await db.check()).toMatchObject({ status: 'degraded', detail: '2 callers wait for a connection.' })
  await Promise.all(queries)
  expect(await db.check()).toMatchObject({ status: 'healthy' })
})

test('one that cannot be reached makes the check throw', async () => {
  const { db, proxy } = await here.openThrough({ name: 'unreachable' })
  await proxy.refuse()
  proxy.reset()
  await eventually(() => db.stats().size === 0, 'it has noticed')
  await expect(db.check()).rejects.toMatchObject({ code: 'ERR_DATABASE_UNAVAILABLE' })
})

test('a check that nobody waits for ends', async () => {
  const { db, proxy } = await here.openThrough({ name: 'frozen' })
  proxy.freeze()
  const controller = new AbortController()
  const checked = db.check(controller.signal)
  controller.abort(new Error('nobody waits'))
  await expect(checked).rejects.toThrow('nobody waits')
})

test('the size can be changed while it works', async () => {
  const db = await here.open({ name: 'resized', min: 4, max: 4 })
  db.resize(2)
  expect(db.stats()).toMatchObject({ limit: 2, size: 2 })
  await eventually(async () => (await here.sessions('resized')).length === 2, 'two sessions are left')
  expect(() => db.resize(0)).toThrow('resize: max must be an integer ≥ 1, got 0')
})

test('a pool that may resize itself grows while callers wait', async () => {
  const autoResize = { max: 8, targetWaitMs: 1, everyMs: 20 }
  const db = await here.open({ name: 'growing', max: 2, autoResize })
  const over = new AbortController()
  const callers = Array.from({ length: 16 }, async () => {
    while (!over.signal.aborted) await db.query('SELECT pg_sleep(0.002)')
  })
  await eventually(() => db.stats().limit > 2, 'it grows')
  over.abort()
  await Promise.all(callers)
  await eventually(() => db.stats().limit === 2, 'it shrinks')
})
