import { describe, expect, test } from 'vitest'
import { answers, eventually, failureOf, world } from '../fixtures/world.ts'
import { ownServer } from '../fixtures/server.ts'
import type { Redis } from '../redis.ts'

const here = world()

const bounds = { commandMs: 300, silenceMs: 600, connectMs: 1_000, maxPauseMs: 100 }

const ping = (redis: Redis): Promise<string> => redis.run((client) => client.ping())

/** How commands end, within the bounds. */
const endings = async (redis: Redis, count = 20): Promise<ReadonlySet<string | undefined>> => {
  const startedAt = performance.now()
  const errors = await Promise.all(Array.from({ length: count }, () => failureOf(ping(redis))))
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  return new Set(errors.map((error) => error && (error.code ?? (error as Error).message)))
}

/** What holds when a fault is over: answers belong to their questions, and nothing is left over. */
const recovered = async (redis: Redis): Promise<void> => {
  await eventually(() => answers(redis), 'it answers again')
  const numbers = Array.from({ length: 50 }, (_, n) => String(n))
  expect(await Promise.all(numbers.map((n) => redis.run((client) => client.echo(n))))).toEqual(numbers)
  expect(redis.stats()).toMatchObject({ inFlight: 0, waiting: 0, state: 'connected' })
}

describe('through a network that breaks, no command is left waiting, and the connection recovers', () => {
  test('refused and reset', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const redis = resource.connection
    await ping(redis)
    await proxy.refuse()
    proxy.reset()
    await eventually(() => redis.stats().state === 'down', 'it has noticed')
    expect(await endings(redis)).toEqual(new Set(['ERR_REDIS_UNAVAILABLE']))
    await proxy.heal()
    await recovered(redis)
  })

  test('reset: what was on its way fails and is not sent again', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const redis = resource.connection
    await redis.run((client) => client.del('count'))
    proxy.slow(100)
    const sent = [1, 2, 3].map(() => failureOf(redis.run((client) => client.incr('count'))))
    await new Promise((resolve) => setTimeout(resolve, 150))
    proxy.reset()
    for (const error of await Promise.all(sent)) expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' })
    await proxy.heal()
    await recovered(redis)
    expect(await redis.run((client) => client.get('count'))).toBe('3')
  })

  test('frozen: commands end in time, and a silent connection is replaced', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const redis = resource.connection
    await ping(redis)
    proxy.freeze()
    expect(await endings(redis)).toEqual(new Set(['ERR_TIMED_OUT']))
    expect(redis.stats().timedOut).toBe(20)
    await eventually(() => redis.stats().state !== 'connected', 'it is cut')
    await proxy.heal()
    await recovered(redis)
  })

  test('half-open: a server that is gone without a word is noticed by its silence', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const redis = resource.connection
    await ping(redis)
    proxy.halfOpen()
    expect(await endings(redis)).toEqual(new Set(['ERR_TIMED_OUT']))
    await recovered(redis)
    expect(redis.stats().connects).toBe(2)
  })

  test('slow: nothing fails that is slower than usual and faster than its limit', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const redis = resource.connection
    await ping(redis)
    proxy.slow(100)
    expect(await endings(redis)).toEqual(new Set([undefined]))
    await proxy.heal()
    await recovered(redis)
  })

  test('garbage in the middle of answers', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const redis = resource.connection
    await ping(redis)
    proxy.freeze()
    const sent = endings(redis, 5)
    proxy.inject(Buffer.from('!!!\r\n?\u0000garbage\r\n'))
    expect((await sent).has(undefined)).toBe(false)
    await proxy.heal()
    await recovered(redis)
  })
})

describe('a server that breaks', () => {
  test('killed and started again, under load', async () => {
    const server = await ownServer()
    const { connection: redis } = here.open({ connection: server.url, ...bounds })
    await ping(redis)
    const until = new AbortController()
    let wrong = 0
    let right = 0
    const load = Array.from({ length: 10 }, async (_, caller) => {
      for (let n = 0; !until.signal.aborted; n += 1) {
        const text = `${caller} ${n}`
        const answer = await redis.run((client) => client.echo(text)).catch(() => undefined)
        if (answer === text) right += 1
        else if (answer !== undefined) wrong += 1
        else await new Promise(setImmediate)
      }
    })
    await server.kill()
    await eventually(() => redis.stats().state === 'down', 'it has noticed')
    const before = right
    await server.start()
    await eventually(() => right > before + 100, 'it answers under load')
    until.abort()
    await Promise.all(load)
    expect(wrong).toBe(0)
    await recovered(redis)
    await server.remove()
  })

  test('stopped in its tracks and going on', async () => {
    const server = await ownServer()
    const { connection: redis } = here.open({ connection: server.url, ...bounds })
    await ping(redis)
    server.freeze()
    expect(await endings(redis)).toEqual(new Set(['ERR_TIMED_OUT']))
    server.thaw()
    await recovered(redis)
    await server.remove()
  })

  test('a primary that became a replica is left for whoever is primary, once in a while', async () => {
    const [primary, other] = await Promise.all([ownServer(), ownServer()])
    const { connection: redis } = here.open({ connection: primary.url, ...bounds })
    await redis.run((client) => client.replicaof('127.0.0.1', other.port))
    for (let n = 0; n < 3; n += 1) {
      const error = await failureOf(redis.run((client) => client.set('k', n)))
      expect((error as Error).message).toMatch(/^READONLY|connect/)
      await eventually(() => answers(redis), 'it answers')
    }
    expect(redis.stats().connects).toBe(2)
    await redis.run((client) => client.replicaof('NO', 'ONE'))
    expect(await redis.run((client) => client.set('k', 'v'))).toBe('OK')
    await Promise.all([primary.remove(), other.remove()])
  })
})
