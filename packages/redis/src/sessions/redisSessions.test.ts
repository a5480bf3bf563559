import { expect, it } from 'vitest'
import { failureOf, world } from '../fixtures/world.ts'
import { redisSessions } from './redisSessions.ts'

const here = world()
const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } }

it('a session is found by another process, whoever it is of, until it is forgotten', async () => {
  const [a, b] = [redisSessions({ redis: here.open() }), redisSessions({ redis: here.open() })]
  for (const [id, owner] of [['one', 'ann'], ['two'], ['x'.repeat(10_000), '']] as const) {
    await a.save(id, { initialize, owner })
    expect(await b.load(id)).toEqual({ initialize, owner })
    await b.forget(id)
    expect(await a.load(id)).toBeUndefined()
  }
})

it('a session is kept for as long as somebody asks for it', async () => {
  const redis = here.open()
  const store = redisSessions({ redis, idleMs: 60_000, namespace: 'idle' })
  await store.save('one', { initialize })
  await redis.connection.run((client) => client.pexpire('idle:n:one', 10_000))
  await store.load('one')
  expect(await redis.connection.run((client) => client.pttl('idle:n:one'))).toBeGreaterThan(50_000)
})

it.each(['garbage', 'null', '[]', '{}', '{"initialize":7}', '{"initialize":{},"owner":7}'])(
  '%s is no session',
  async (json) => {
    const redis = here.open()
    await redis.connection.run((client) => client.set('garbage:n:one', json))
    expect(await redisSessions({ redis, namespace: 'garbage' }).load('one')).toBeUndefined()
  },
)

it('a key of another type is no session, and a Redis that is away says so', async () => {
  const redis = here.open()
  await redis.connection.run((client) => client.sadd('garbage:n:set', 'x'))
  expect(await redisSessions({ redis, namespace: 'garbage' }).load('set')).toBeUndefined()
  await redis.connection.close()
  expect(await failureOf(redisSessions({ redis }).load('one'))).toMatchObject({ code: 'ERR_REDIS_CLOSED' })
})

it('what makes no sense is said in one sentence', () => {
  expect(() => redisSessions({ redis: here.open(), idleMs: 5 })).toThrow(
    'redisSessions.idleMs must be a number ≥ 1000, got 5',
  )
})
