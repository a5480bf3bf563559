import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from '@millrace/core'
import type { PgEvent } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, world } from './fixtures/world.ts'

const here = world()

const heard = (): PgEvent[] => {
  const events: PgEvent[] = []
  onTestFinished(subscribe('pg', (event) => void events.push(event)))
  return events
}

test('what a pool does can be heard, with its numbers', async () => {
  const events = heard()
  const db = await here.open({ name: 'heard', max: 1, maxWaiting: 0, cancelMs: 20_000 })
  const query = db.query('SELECT 1')
  await db.query('SELECT 1').catch(() => {})
  await query
  await db.query('SELECT 1/0').catch(() => {})
  const call = fakeCall()
  const slow = db.query('SELECT pg_sleep(60)', [], call).catch(() => {})
  // What asks the server to cancel overtakes a query that has only just been sent.
  const isSleeping = ({ state, query: text }: { state: string; query: string }) =>
    state === 'active' && text.includes('pg_sleep')
  await eventually(async () => (await here.sessions('heard')).some(isSleeping), 'the query runs')
  call.abort('gone')
  await slow
  await eventually(() => db.stats().busy === 0, 'the connection is back')
  await db.query('SELECT 1')
  db.resize(2)
  await db.close()
  expect(events.map(({ type }) => type)).toEqual([
    'pg.connected',
    'pg.query',
    'pg.exhausted',
    'pg.query',
    'pg.query',
    'pg.query',
    'pg.query',
    'pg.cancelled',
    'pg.query',
    'pg.resized',
    'pg.closed',
  ])
  expect(events[0]).toMatchObject({ pool: 'heard', limit: 1, size: 1, idle: 0, waiting: 1 })
  expect(events.find(({ type }) => type === 'pg.exhausted')).toMatchObject({ reason: 'full', exhausted: 1 })
  expect(events.find(({ type }) => type === 'pg.cancelled')).toMatchObject({ isKept: true })
  expect(events.at(-1)).toMatchObject({ reason: 'closing', size: 0 })
})

test('a query says how long it waited and took, and what it failed with', async () => {
  const db = await here.open({ name: 'timed', max: 1 })
  const events = heard()
  await Promise.all([db.query('SELECT pg_sleep(0.05)'), db.query('SELECT 1/0').catch(() => {})])
  const [slow, failed] = events.filter((event) => event.type === 'pg.query')
  expect(slow?.tookMs).toBeGreaterThan(40)
  expect(slow?.error).toBeUndefined()
  expect(failed?.waitMs).toBeGreaterThan(40)
  expect(failed).toMatchObject({ pool: 'timed', error: { code: '22012' } })
})

test('a query is said in the async context of its caller, also when it waited for the connection of another', async () => {
  const db = await here.open({ name: 'shared', max: 1 })
  const caller = new AsyncLocalStorage<string>()
  const said: Array<string | undefined> = []
  onTestFinished(
    subscribe('pg', (event) => {
      if (event.type === 'pg.query') said.push(caller.getStore())
    }),
  )
  const asked = ['a', 'b', 'c'].map((name) => caller.run(name, () => db.query('SELECT 1')))
  await Promise.all(asked)
  expect(said).toEqual(['a', 'b', 'c'])
})

test('a failed connection is heard of, with the reason that callers are not told', async () => {
  const { db, proxy } = await here.openThrough({ name: 'failing' })
  const events = heard()
  await proxy.refuse()
  proxy.reset()
  await eventually(() => events.some(({ type }) => type === 'pg.connectFailed'), 'it was heard')
  expect(events.find(({ type }) => type === 'pg.closed')).toMatchObject({
    reason: 'broken',
    error: { code: 'ECONNRESET' },
  })
  expect(events.find(({ type }) => type === 'pg.connectFailed')).toMatchObject({ error: { code: 'ECONNREFUSED' } })
  expect(db.stats()).toMatchObject({ size: 0 })
})
