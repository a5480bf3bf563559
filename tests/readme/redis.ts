import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A real Redis, as what starts it gives it. */
export interface RedisServer {
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

/** A Redis of a test's own. */
export async function redisServer(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const { ownServer } = (await fixture('server')) as {
    readonly ownServer: (settings: Readonly<Record<string, string>>) => Promise<RedisServer>
  }
  return ownServer(settings)
}

// What starts it is loaded by its path, as it is nothing that a package publishes.
const fixture = (name: string): Promise<unknown> => {
  const path = join(import.meta.dirname, '..', '..', 'packages', 'redis', 'src', 'fixtures', `${name}.ts`)
  return import(pathToFileURL(path).href) as Promise<unknown>
}

/**
 * A real and empty Redis for the blocks that take one, in `REDIS_URL`: a database of the server given there, else a
 * server of its own.
 *
 * @returns what ends it
 */
export async function withRedis(): Promise<() => Promise<void>> {
  const { testServer } = (await fixture('given')) as {
    readonly testServer: () => Promise<Pick<RedisServer, 'url' | 'remove'>>
  }
  const server = await testServer()
  const before = process.env['REDIS_URL']
  process.env['REDIS_URL'] = server.url
  return async () => {
    if (before === undefined) delete process.env['REDIS_URL']
    else process.env['REDIS_URL'] = before
    await server.remove()
  }
}
