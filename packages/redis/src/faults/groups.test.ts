import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisCounters } from '../counters/redisCounters.ts'
import { entryOf } from '../fixtures/entries.ts'
import { clustered, watched } from '../fixtures/groups.ts'
import type { OwnServer } from '../fixtures/server.ts'
import { answers, eventually, failureOf } from '../fixtures/world.ts'
import { redis } from '../redis.ts'
import { redisStore } from '../store/redisStore.ts'
import { storeContract } from '@millrace/core/testing'

const bounds = { commandMs: 2_000, connectMs: 2_000, maxPauseMs: 100 }

describe('a group with a sentinel', () => {
  let group: Awaited<ReturnType<typeof watched>>
  beforeAll(async () => {
    group = await watched()
  }, 120_000)
  afterAll(async () => {
    await Promise.all([...group.servers, group.sentinel].map((server) => server.remove()))
  })

  test('is followed when its primary is killed and the replica takes over', { timeout: 120_000 }, async () => {
    const sentinels = [{ host: '127.0.0.1', port: group.sentinel.port }]
    const { connection } = redis({ connection: { sentinels, group: 'group' }, ...bounds })
    const store = redisStore({ redis: connection })
    await connection.run((client) => client.set('before', 'kept'))
    const [primary, replica] = group.servers as [OwnServer, OwnServer]
    const toReplica = redis({ connection: replica.url }).connection
    await eventually(async () => (await toReplica.run((client) => client.get('before'))) === 'kept', 'it is replicated')
    await eventually(async () => {
      const info = await connection.run((client) => client.info('replication'))
      return info.includes('connected_slaves:1')
    }, 'the replica is known')
    const toSentinel = redis({ connection: `redis://127.0.0.1:${group.sentinel.port}` }).connection
    await eventually(async () => {
      const found = await toSentinel.run((client) => client.call('SENTINEL', 'replicas', 'group'))
      return (found as unknown[]).length === 1
    }, 'the sentinel knows the replica')
    await primary.kill()
    await eventually(
      async () => (await failureOf(connection.run((client) => client.set('after', 'v')))) === undefined,
      'a write works',
      60_000,
    )
    expect(await connection.run((client) => client.get('before'))).toBe('kept')
    expect(await store.set('k', entryOf({ tags: ['t'] }))).toBe(true)
    expect(await store.invalidate({ tags: ['t'] })).toBe(1)
    await Promise.all([connection, toReplica, toSentinel].map((one) => one.close(0)))
  })
})

describe('a cluster', () => {
  let nodes: readonly OwnServer[] = []
  let count = 0
  beforeAll(async () => {
    nodes = await clustered()
  }, 120_000)
  afterAll(async () => {
    await Promise.all(nodes.map((server) => server.remove()))
  })
  const open = () => redis({ connection: { nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })) }, ...bounds })

  describe('keeps entries as one server does:', () => {
    for (const { name, run } of storeContract((clock) => {
      count += 1
      const { connection } = open()
      const store = redisStore({ redis: connection, namespace: `contract-${count}`, clock })
      return Object.assign(store, { close: () => connection.close(0) })
    })) {
      test(name, run)
    }
  })

  test('has entries and their leases on one server, whatever their keys are', { timeout: 60_000 }, async () => {
    const { connection } = open()
    const store = redisStore({ redis: connection, namespace: 'leases', leaseMs: 10_000 })
    const key = fc.string({ unit: fc.constantFrom('{', '}', 'a', '"', ' ', 'é'), maxLength: 12 })
    const keys = fc.sample(fc.oneof(key, fc.string({ minLength: 300, maxLength: 300 })), 300)
    for (const one of new Set(keys)) {
      const leased = await store.lease!(one, undefined)
      expect(leased?.state).toBe('granted')
      if (leased?.state === 'granted') expect(await leased.lease.set(entryOf({ tags: ['t'] }))).toBe(true)
      expect(await store.get(one)).toBeDefined()
    }
    expect(await store.invalidate({ tags: ['t'] })).toBe(new Set(keys).size)
    await connection.close(0)
  })

  test('has rates and slots as one server does', async () => {
    const { connection } = open()
    const counters = redisCounters({ redis: connection, namespace: 'counters' })
    for (const key of ['a', 'b', 'c', 'd', 'e', '{']) {
      const waits: boolean[] = []
      for (let n = 0; n < 3; n += 1) {
        waits.push((await counters.take({ limit: 'l', key }, 1, [{ everyMs: 60_000, burst: 2 }], 0)).waitMs > 0)
      }
      expect(waits).toEqual([false, false, true])
      const occupy = async () => counters.occupy({ limit: 'l', key }, 1, { by: 'here', waitedMs: 0 })
      const slots = [await occupy(), await occupy()]
      expect(slots.map((slot) => slot !== undefined)).toEqual([true, false])
    }
    await counters.forget('l')
    expect((await counters.take({ limit: 'l', key: 'a' }, 2, [{ everyMs: 60_000, burst: 2 }], 0)).waitMs).toBe(0)
    await connection.close(0)
  })

  test('is followed when keys move from one server to another', async () => {
    const { connection } = open()
    const store = redisStore({ redis: connection, namespace: 'moving' })
    await store.set('k', entryOf({ target: 'a' }))
    const slot = await connection.run((client) => client.cluster('KEYSLOT', 'moving:e:k:k'))
    const each = nodes.map(({ url }) => redis({ connection: url }).connection)
    const ids = await Promise.all(each.map((one) => one.run((client) => client.cluster('MYID'))))
    const counts = await Promise.all(each.map((one) => one.run((client) => client.cluster('COUNTKEYSINSLOT', slot))))
    const from = counts.findIndex((found) => found > 0)
    const to = (from + 1) % 3
    const call = (index: number, ...args: [string, ...Array<string | number>]) =>
      each[index]!.run((client) => client.call(...args))
    await call(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from] as string)
    await call(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to] as string)
    expect(await store.get('k')).toBeDefined()
    await call(from, 'MIGRATE', '127.0.0.1', nodes[to]!.port, 'moving:e:k:k', 0, 1_000)
    expect(await store.get('k'), 'asked for while it moves').toBeDefined()
    for (const index of [to, from]) await call(index, 'CLUSTER', 'SETSLOT', slot, 'NODE', ids[to] as string)
    expect(await store.get('k'), 'moved').toBeDefined()
    expect(await store.invalidate({ pattern: 'a' })).toBe(1)
    await Promise.all([connection, ...each].map((one) => one.close(0)))
  })

  test(
    'answers for the servers that are left, and for all when the killed one is back',
    { timeout: 120_000 },
    async () => {
      const { connection } = open()
      const keys = Array.from({ length: 30 }, (_, n) => `key ${n}`)
      const gets = () => Promise.all(keys.map((key) => failureOf(connection.run((client) => client.get(key)))))
      expect(await gets()).toEqual(keys.map(() => undefined))
      await nodes[0]!.kill()
      const during = await gets()
      expect(during.filter((error) => error === undefined).length).toBeGreaterThan(0)
      await nodes[0]!.start()
      await eventually(async () => (await gets()).every((error) => error === undefined), 'all keys are answered for')
      expect(await answers(connection)).toBe(true)
      await connection.close(0)
    },
  )
})
