import type { BusMessage } from '@millrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clustered } from '../fixtures/groups.ts'
import { ownServer } from '../fixtures/server.ts'
import { eventsOf, eventually, failureOf, world } from '../fixtures/world.ts'
import { redis } from '../redis.ts'
import type { RedisResource } from '../redis.ts'
import { redisBus } from './redisBus.ts'
import type { RedisBusOptions } from './redisBus.ts'

const here = world()
const everything: BusMessage = { type: 'clear' }
const one: BusMessage = { type: 'delete', key: 'k' }

/** Two processes' buses, and what each has heard since it began to listen. */
const pair = async (first: RedisResource, second: RedisResource, options: Partial<RedisBusOptions> = {}) => {
  const namespace = `bus-${crypto.randomUUID()}`
  const members = [first, second].map((resource) => {
    const bus = redisBus({ redis: resource, namespace, ...options })
    const heard: BusMessage[] = []
    onTestFinished(bus.subscribe((message) => heard.push(message)))
    return { bus, heard }
  })
  await eventually(() => members.every(({ heard }) => heard.length === 1), 'both listen')
  for (const { heard } of members) expect(heard.splice(0)).toEqual([everything])
  return members as [(typeof members)[0], (typeof members)[0]]
}

const bounds = { commandMs: 300, silenceMs: 500, connectMs: 1_000, maxPauseMs: 50 }

describe('a bus', () => {
  it('carries messages to others, in order, and never back', async () => {
    const [a, b] = await pair(here.open(), here.open())
    const sent: BusMessage[] = [one, { type: 'invalidate', match: { tags: ['t'] } }, everything]
    for (const message of sent) await a.bus.publish(message)
    await eventually(() => b.heard.length === 3, 'they arrive')
    expect(b.heard).toEqual(sent)
    expect(a.heard).toEqual([])
  })

  it('tells every listener of one bus, by one connection, until the last has gone', async () => {
    const [a, b] = await pair(here.open(), here.open())
    const heard: BusMessage[] = []
    const stop = b.bus.subscribe((message) => heard.push(message))
    await a.bus.publish(one)
    await eventually(() => heard.length === 1 && b.heard.length === 1, 'both are told')
    stop()
    await a.bus.publish(one)
    await eventually(() => b.heard.length === 2, 'the other is told')
    expect(heard).toEqual([one])
  })

  it('says that everything may be outdated when it hears again after it was cut off', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const [a, b] = await pair(here.open(), resource)
    const events = eventsOf()
    await proxy.refuse()
    proxy.reset()
    await eventually(() => events.some(({ type }) => type === 'redis.lost'), 'it is cut off')
    await a.bus.publish(one)
    await proxy.heal()
    await eventually(() => b.heard.length > 0, 'it hears again')
    expect(b.heard).toEqual([everything])
    await a.bus.publish(one)
    await eventually(() => b.heard.length === 2, 'it is told')
    expect(events.map(({ type }) => type)).toContain('redis.connected')
  })

  it('is the only one to say that it listens, so that a connection which breaks then fails nothing unheard', async () => {
    const server = await ownServer()
    onTestFinished(() => server.remove())
    const [a, b] = await pair(here.open({ connection: server.url }), here.open({ connection: server.url, ...bounds }))
    const { connection } = here.open({ connection: server.url })
    const said = async () =>
      Number(/cmdstat_subscribe:calls=(\d+)/.exec(await connection.run((client) => client.info('commandstats')))?.[1])
    expect(await said()).toBe(2)
    await connection.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))
    await eventually(() => a.heard.length > 0 && b.heard.length > 0, 'both hear again')
    expect(await said()).toBe(4)
  })

  it('notices by itself that its other end is gone without a word', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const [a, b] = await pair(here.open(), resource, { heartbeatMs: 50 })
    proxy.halfOpen()
    await eventually(() => b.heard.length > 0, 'it hears again')
    await a.bus.publish(one)
    await eventually(() => b.heard.length === 2, 'it is told')
    expect(b.heard).toEqual([everything, one])
  })

  it('tells others to drop everything when it could not tell them something', async () => {
    const { resource, proxy } = await here.openThrough(bounds)
    const [a, b] = await pair(resource, here.open())
    await resource.connection.run((client) => client.ping())
    await proxy.refuse()
    proxy.reset()
    await eventually(() => resource.connection.stats().state === 'down', 'it has noticed')
    expect(await failureOf(Promise.resolve(a.bus.publish(one)))).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
    expect(b.heard).toEqual([])
    await proxy.heal()
    await eventually(() => b.heard.length > 0, 'it is told')
    expect(b.heard).toEqual([everything])
  })

  it('tells others to drop everything with the next message, when it may not have told them the one before', async () => {
    const { resource, proxy } = await here.openThrough({ ...bounds, silenceMs: 60_000 })
    const [a, b] = await pair(resource, here.open())
    await resource.connection.run((client) => client.ping())
    proxy.freeze()
    expect(await failureOf(Promise.resolve(a.bus.publish(one)))).toMatchObject({ code: 'ERR_TIMED_OUT' })
    await proxy.heal()
    await a.bus.publish(one)
    await eventually(() => b.heard.length === 2, 'both arrive')
    expect(b.heard).toEqual([one, everything])
  })

  it('ends with its connection, also when it had not begun', async () => {
    const name = crypto.randomUUID()
    const resource = here.open({ name })
    const other = here.open()
    await pair(resource, other)
    const listens = async () => {
      const list = await other.connection.run((client) => client.call('CLIENT', 'LIST', 'TYPE', 'pubsub'))
      return String(list).includes(name)
    }
    expect(await listens()).toBe(true)
    await resource.connection.close()
    await eventually(async () => !(await listens()), 'it has gone')
    const closed = redisBus({ redis: resource })
    onTestFinished(closed.subscribe(() => {}))
    expect(await failureOf(Promise.resolve(closed.publish(one)))).toMatchObject({ code: 'ERR_REDIS_CLOSED' })
  })

  it('that may not listen says so, and goes on trying', async () => {
    const server = await ownServer()
    onTestFinished(() => server.remove())
    const admin = here.open({ connection: server.url })
    await admin.connection.run((client) =>
      client.call('ACL', 'SETUSER', 'deaf', 'on', '>p', '~*', '+@all', '-subscribe', '&*'),
    )
    const events = eventsOf()
    const connection = { host: '127.0.0.1', port: server.port, username: 'deaf', password: 'p' }
    const bus = redisBus({ redis: here.open({ connection, ...bounds }), namespace: 'deaf' })
    const heard: BusMessage[] = []
    onTestFinished(bus.subscribe((message) => heard.push(message)))
    await eventually(() => events.some(({ type }) => type === 'redis.lost'), 'it says so')
    await admin.connection.run((client) => client.call('ACL', 'SETUSER', 'deaf', '+subscribe'))
    await eventually(() => heard.length > 0, 'it listens')
  })
})

it(
  'in a cluster every process hears, also when the server it listened to is killed',
  { timeout: 120_000 },
  async () => {
    const nodes = await clustered()
    onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.remove()))))
    const open = () => {
      const resource = redis({
        connection: { nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })) },
        ...bounds,
      })
      onTestFinished(() => resource.connection.close(0))
      return resource
    }
    const [a, b] = await pair(open(), open())
    await a.bus.publish(one)
    await eventually(() => b.heard.length === 1, 'it is told')
    for (const node of nodes) {
      await node.kill()
      await node.start()
    }
    await eventually(() => a.heard.length > 0 && b.heard.length > 1, 'both hear again', 60_000)
    expect(b.heard.slice(1).every(({ type }) => type === 'clear')).toBe(true)
  },
)

it('goes on trying where there is no cluster', async () => {
  const events = eventsOf()
  const resource = here.open({ connection: { nodes: [{ host: '127.0.0.1', port: 1 }] }, name: 'nowhere', ...bounds })
  onTestFinished(redisBus({ redis: resource }).subscribe(() => {}))
  const lost = () => events.filter((event) => event.type === 'redis.lost' && event.connection === 'nowhere bus')
  await eventually(() => lost().length > 1, 'it says so, twice')
})

it.each<[string, object, string]>([
  ['no connection', {}, 'redisBus.redis must be what redis() gives, got undefined'],
  ['no heartbeat', { redis: {}, heartbeatMs: 0 }, 'redisBus.heartbeatMs must be a number ≥ 1 or Infinity, got 0'],
])('%s is refused in one sentence', (_, options, message) => {
  expect(() => redisBus(options as never)).toThrow(message)
})
