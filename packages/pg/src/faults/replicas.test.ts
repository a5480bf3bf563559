import { subscribe } from '@millrace/core'
import { faultProxy } from '@millrace/core/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { replicated, socketOf } from '../fixtures/server.ts'
import { eventually } from '../fixtures/world.ts'
import { postgres } from '../postgres.ts'
import type { Postgres } from '../postgres.ts'

let servers: Awaited<ReturnType<typeof replicated>>
beforeAll(async () => {
  servers = await replicated()
}, 120_000)
afterAll(async () => {
  await servers?.standby.stop()
  await servers?.primary.stop()
})

const opened = async (): Promise<Postgres> => {
  const { primary, standby } = servers
  const db = await postgres({ connection: primary.address, replicas: [standby.address], name: 'routed' }).open()
  onTestFinished(() => db.close(0))
  return db
}

const isOnReplica = async (db: Postgres, isReadOnly?: boolean): Promise<boolean> => {
  const { rows } = await db.query<{ is: boolean }>('SELECT pg_is_in_recovery() AS is', [], { isReadOnly })
  return rows[0]!.is
}

test('what only reads is answered by a replica, everything else by the primary', async () => {
  const db = await opened()
  expect([await isOnReplica(db), await isOnReplica(db, false), await isOnReplica(db, true)]).toEqual([
    false,
    false,
    true,
  ])
  const read = await db.transaction(
    async (open) => (await open.query('SELECT pg_is_in_recovery() AS is')).rows[0]?.is as boolean,
    { isReadOnly: true },
  )
  const streamed = await db.stream('SELECT pg_is_in_recovery() AS is', [], { isReadOnly: true }).next()
  expect([read, streamed.value]).toEqual([true, { is: true }])
})

test('what was written is read from the replica soon after', async () => {
  const db = await opened()
  await db.query('DROP TABLE IF EXISTS followed')
  await db.query('CREATE TABLE followed (n int)')
  await db.insert('followed', [{ n: 7 }])
  await eventually(
    () =>
      db.query('SELECT n FROM followed', [], { isReadOnly: true }).then(
        ({ rows }) => rows[0]?.['n'] === 7,
        () => false,
      ),
    'the replica has it',
  )
  // And refuses to be written to, whatever the query was said to be.
  await expect(db.query('INSERT INTO followed VALUES (8)', [], { isReadOnly: true })).rejects.toMatchObject({
    code: '25006',
  })
})

test('while the replica is away the primary answers, and when it is back it answers again', async () => {
  const db = await opened()
  const moved: unknown[] = []
  onTestFinished(subscribe('pg', (event) => void (event.type === 'pg.failedOver' && moved.push(event.pool))))
  await servers.standby.stop()
  for (let n = 0; n < 10; n += 1) expect(await isOnReplica(db, true)).toBe(false)
  // Each of them, also when the pool knew before the query that the replica is away.
  expect(moved).toEqual(Array.from({ length: 10 }, () => 'routed replica 1'))
  expect(await db.check()).toMatchObject({ status: 'degraded', detail: 'No connection to routed replica 1.' })
  expect(await servers.standby.start()).toBeUndefined()
  await eventually(() => isOnReplica(db, true), 'the replica answers again')
  expect(await db.check()).toMatchObject({ status: 'healthy' })
  expect(db.stats().replicas).toHaveLength(1)
}, 60_000)

test('a read that its replica loses is answered by the primary', async () => {
  const { primary, standby } = servers
  const proxy = await faultProxy(socketOf(standby.address))
  const { user, database } = standby.address
  const replica = { host: proxy.host, port: proxy.port, user, database }
  const db = await postgres({ connection: primary.address, replicas: [replica], name: 'lost' }).open()
  onTestFinished(async () => {
    await db.close(0)
    await proxy.close()
  })
  const moved: unknown[] = []
  onTestFinished(subscribe('pg', (event) => void (event.type === 'pg.failedOver' && moved.push(event.error))))
  const read = db.query('SELECT pg_is_in_recovery() AS is, pg_sleep(0.1)', [], { isReadOnly: true })
  await eventually(() => db.stats().replicas[0]?.busy === 1, 'the replica works on it')
  proxy.reset()
  expect((await read).rows[0]).toMatchObject({ is: false })
  expect(moved).toMatchObject([{ code: 'ERR_CONNECTION_LOST' }])
})
