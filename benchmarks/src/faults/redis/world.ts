import { faultProxy } from '@millrace/core/testing'
import type { RedisOptions } from '@millrace/redis'
import { clusteredRedis, ownRedis, watchedRedis } from '../../peers/redis.ts'
import type { OwnRedis } from '../../peers/redis.ts'
import { serving } from '../serving.ts'
import type { Proxied, World } from '../subject.ts'
import { keptIn, look, sessionsOf } from './look.ts'

/** Servers of Redis, and an MCP server that uses them. */
export interface Servers extends World {
  readonly servers: readonly OwnRedis[]
}

/** One server, with a proxy in front of it. */
export interface Single extends Servers, Proxied {
  readonly port: number
  stop(): Promise<void>
  crash(): void
  start(): Promise<void>
}

/** A primary, a replica and a sentinel. */
export interface Watched extends Servers {
  readonly sentinel: OwnRedis
}

// What it has said to be kept is there after it was killed.
const forgetsNothing = { appendonly: 'yes', appendfsync: 'always' }

/** Starts a server, a proxy, and an MCP server. */
export const single = async (): Promise<Single> => {
  const server = await ownRedis({ ...forgetsNothing, maxclients: '40' })
  const { port } = server
  const proxy = await faultProxy({ host: '127.0.0.1', port })
  const world = await servers([server], { host: proxy.host, port: proxy.port }, 2)
  return {
    ...world,
    proxy,
    port,
    stop: () => server.stop(),
    crash: () => void server.kill(),
    start: () => server.start(),
    close: async () => {
      await world.close()
      await proxy.close()
    },
  }
}

/** Starts a group with a sentinel, and an MCP server. */
export const watched = async (): Promise<Watched> => {
  const group = await watchedRedis()
  const sentinels = [{ host: '127.0.0.1', port: group.sentinel.port }]
  const world = await servers(group.servers, { sentinels, group: 'group' }, 2)
  return {
    ...world,
    sentinel: group.sentinel,
    close: async () => {
      await world.close()
      await group.sentinel.remove()
    },
  }
}

/** Starts a cluster of three, and an MCP server. */
export const clustered = async (): Promise<Servers> => {
  const all = await clusteredRedis(forgetsNothing)
  const nodes = all.map(({ port }) => ({ host: '127.0.0.1', port }))
  return servers(all, { nodes }, 4)
}

const servers = async (
  all: readonly OwnRedis[],
  connection: RedisOptions['connection'],
  idle: number,
): Promise<Servers> => {
  const served = await serving(new URL('./serve.ts', import.meta.url), connection)
  // One that was killed has neither connections nor numbers.
  const each = async <Value>(ask: (client: Parameters<typeof sessionsOf>[0]) => Promise<readonly Value[]>) =>
    (await Promise.all(all.map(({ port }) => look(port, ask).catch(() => [])))).flat()
  return {
    servers: all,
    serving: served,
    idle,
    connections: async () => (await each(sessionsOf)).length,
    kept: () => each(keptIn),
    close: async () => {
      await served.close()
      await Promise.all(all.map((server) => server.remove()))
    },
  }
}
