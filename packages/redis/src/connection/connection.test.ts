import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { answers, eventsOf, eventually, failureOf, world } from '../fixtures/world.ts'
import { ownServer } from '../fixtures/server.ts'
import { redis } from '../redis.ts'
import { connectionOf } from './connectionOf.ts'
import { pause } from './open.ts'

const here = world()

describe('a connection', () => {
  it('is opened by the first command, and only then', async () => {
    const { connection } = here.open({ name: 'lazy' })
    expect(connection.stats()).toMatchObject({ name: 'lazy', state: 'unused', connects: 0 })
    expect(await connection.run((client) => client.set('k', 'v'))).toBe('OK')
    expect(connection.stats()).toMatchObject({ state: 'connected', connects: 1, commands: 1, failed: 0, inFlight: 0 })
    expect(await connection.run((client) => client.client('GETNAME'))).toBe('lazy')
  })

  it('is opened by a start, which gives it', async () => {
    const resource = here.open({ isRequired: true })
    const context = { signal: new AbortController().signal, clock: manualClock() }
    const started = await resource.start({}, context)
    expect(started).toBe(resource.connection)
    expect(started.stats().state).toBe('connected')
    expect(await resource.check?.(started, context)).toMatchObject({ status: 'healthy', numbers: { inFlight: 0 } })
    await resource.close?.(started)
    expect(started.stats().state).toBe('closed')
    expect(await failureOf(started.run((client) => client.ping()))).toMatchObject({ code: 'ERR_REDIS_CLOSED' })
    await expect(resource.start({}, context)).rejects.toMatchObject({ code: 'ERR_REDIS_CLOSED' })
    await expect(started.check()).rejects.toMatchObject({ code: 'ERR_REDIS_CLOSED' })
  })

  it('sends what comes while it is being opened, in order', async () => {
    const { connection } = here.open()
    const pushed = [1, 2, 3].map((n) => connection.run((client) => client.rpush('order', n)))
    expect(connection.stats()).toMatchObject({ state: 'connecting', waiting: 3 })
    expect(await Promise.all(pushed)).toEqual([1, 2, 3])
    expect(await connection.run((client) => client.lrange('order', 0, -1))).toEqual(['1', '2', '3'])
  })

  it('refuses more than may wait', async () => {
    const { connection } = here.open({ maxWaiting: 1 })
    const first = connection.run((client) => client.ping())
    expect(await failureOf(connection.run((client) => client.ping()))).toMatchObject({
      code: 'ERR_REDIS_UNAVAILABLE',
      message: 'Too many commands wait for a connection to Redis.',
    })
    expect(await first).toBe('PONG')
    expect(connection.stats()).toMatchObject({ refused: 1, failed: 1, commands: 2 })
  })

  it('hands on what Redis says', async () => {
    const { connection } = here.open()
    const events = eventsOf()
    await connection.run((client) => client.set('text', 'v'))
    await expect(connection.run((client) => client.incr('text'))).rejects.toThrow('ERR value is not an integer')
    expect(events).toMatchObject([{ type: 'redis.connected' }, { type: 'redis.failed', failed: 1 }])
  })

  it('survives what throws in place of a command', async () => {
    const { connection } = here.open()
    await connection.run((client) => client.ping())
    const broken = connection.run(() => {
      throw new Error('mine')
    })
    await expect(broken).rejects.toThrow('mine')
    expect(connection.stats()).toMatchObject({ failed: 1, inFlight: 0 })
  })

  it('says what is missing when the driver is', async () => {
    const { connection } = here.open()
    vi.doMock(import('ioredis'), () => {
      throw new Error('not there')
    })
    onTestFinished(() => vi.doUnmock('ioredis'))
    expect(await failureOf(connection.run((client) => client.ping()))).toMatchObject({
      code: 'ERR_REDIS_UNAVAILABLE',
      cause: { message: 'Redis takes the package ioredis: npm install ioredis' },
    })
  })

  it('waits for what is on its way before it closes, but not for long', async () => {
    const { connection } = here.open()
    await connection.run((client) => client.ping())
    const pong = connection.run((client) => client.ping())
    await connection.close()
    expect(await pong).toBe('PONG')
    await connection.close()
    const { connection: other } = here.open()
    await other.run((client) => client.ping())
    const hanging = failureOf(other.run((client) => client.blpop('never', 0)))
    await other.close(1)
    expect((await hanging)?.code).not.toBe('ERR_TIMED_OUT')
  })

  it('lets go of who waits when it is closed', async () => {
    const { connection } = here.open()
    const waiting = failureOf(connection.run((client) => client.ping()))
    await connection.close()
    expect(await waiting).toMatchObject({ code: 'ERR_REDIS_CLOSED' })
  })

  it('takes a password, a database and a Unix socket, and says what is wrong with them', async () => {
    const server = await ownServer()
    onTestFinished(() => server.remove())
    const { port } = server
    const wrong = here.open({ connection: { port, password: 'wrong', username: 'nobody' } })
    expect(await failureOf(wrong.connection.run((client) => client.ping()))).toMatchObject({
      code: 'ERR_REDIS_UNAVAILABLE',
      cause: { message: expect.stringContaining('WRONGPASS') as string },
    })
    const { connection } = here.open({ connection: { host: '127.0.0.1', port, database: 3 } })
    expect(await connection.run((client) => client.client('INFO'))).toContain(' db=3 ')
  })
})

describe('without a server', () => {
  const nowhere = { connection: { host: '127.0.0.1', port: 1 }, connectMs: 2_000 }

  it('a start succeeds, commands are refused, and a check says so', async () => {
    const resource = here.open(nowhere)
    const context = { signal: new AbortController().signal, clock: manualClock() }
    const started = await resource.start({}, context)
    expect(started.stats().state).toBe('down')
    const events = eventsOf()
    const error = await failureOf(started.run((client) => client.ping()))
    expect(error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', kind: 'rejected', cause: { code: 'ECONNREFUSED' } })
    expect((error as Error).message).not.toMatch(/\d/)
    expect(await started.check()).toEqual({
      status: 'degraded',
      detail: 'Redis does not answer; calls go on without it.',
    })
    expect(events[0]).toMatchObject({ type: 'redis.failed', failed: 1, error })
  })

  it('a start fails when Redis is required', async () => {
    const resource = here.open({ ...nowhere, isRequired: true })
    const context = { signal: new AbortController().signal, clock: manualClock() }
    await expect(resource.start({}, context)).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
    expect(resource.connection.stats().state).toBe('closed')
  })

  it('a check fails when Redis is required', async () => {
    await expect(here.open({ ...nowhere, isRequired: true }).connection.check()).rejects.toMatchObject({
      code: 'ERR_REDIS_UNAVAILABLE',
    })
  })

  it('a group whose sentinels are away, and a cluster without nodes, are refused as fast', async () => {
    for (const connection of [
      { sentinels: [{ host: '127.0.0.1', port: 1 }], group: 'g', sentinelPassword: 's' },
      { nodes: [{ host: '127.0.0.1', port: 1 }] },
    ]) {
      const startedAt = performance.now()
      const error = await failureOf(here.open({ connection }).connection.run((client) => client.ping()))
      expect(error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
      expect(performance.now() - startedAt).toBeLessThan(5_000)
    }
  })
})

it('a node of a cluster is taken for one on this machine unless it says otherwise', async () => {
  const { connection } = here.open({ connection: { nodes: [{ port: 1 }], password: 'p', tls: true } })
  const error = await failureOf(connection.run((client) => client.ping()))
  expect(error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
})

describe('the pause between attempts', () => {
  it('grows to its bound, and differs', () => {
    for (let attempt = 1; attempt < 100; attempt += 1) {
      const bound = Math.min(2_000, 25 * 2 ** attempt)
      expect(pause(attempt, 2_000)).toBeGreaterThanOrEqual(bound / 2)
      expect(pause(attempt, 2_000)).toBeLessThanOrEqual(bound)
    }
    expect(pause(10, 2_000)).not.toBe(pause(10, 2_000))
  })
})

it('only what redis() gives is leaned on', () => {
  const resource = redis()
  onTestFinished(() => resource.connection.close())
  expect(connectionOf('redisStore', resource)).toBe(connectionOf('redisStore', resource.connection))
  expect(() => connectionOf('redisStore', null as never)).toThrow(
    'redisStore.redis must be what redis() gives, got null',
  )
  expect(() => connectionOf('redisStore', {} as never)).toThrow(
    'redisStore.redis must be what redis() gives, got object',
  )
})

it('answers again after somebody has ended its client', async () => {
  const { connection } = here.open()
  await connection.run(async (client) => client.disconnect())
  await eventually(() => answers(connection), 'it answers')
  expect(connection.stats()).toMatchObject({ connects: 2, state: 'connected' })
})

it('answers again after it was cut', async () => {
  const { connection } = here.open()
  await connection.run((client) => client.ping())
  const events = eventsOf()
  await failureOf(connection.run((client) => client.call('CLIENT', 'KILL', 'SKIPME', 'no', 'TYPE', 'normal')))
  await eventually(() => answers(connection), 'it answers')
  expect(connection.stats().connects).toBe(2)
  expect(events.map(({ type }) => type)).toContain('redis.lost')
})
