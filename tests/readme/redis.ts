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

/** A Redis of a test's own. What starts it is loaded by its path, as it is nothing that a package publishes. */
export async function redisServer(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const path = join(import.meta.dirname, '..', '..', 'packages', 'redis', 'src', 'fixtures', 'server.ts')
  const { ownServer } = (await import(pathToFileURL(path).href)) as {
    readonly ownServer: (settings: Readonly<Record<string, string>>) => Promise<RedisServer>
  }
  return ownServer(settings)
}

/**
 * A real Redis for the blocks that take one, in `REDIS_URL`.
 *
 * @returns what ends it
 */
export async function withRedis(): Promise<() => Promise<void>> {
  const server = await redisServer()
  const before = process.env['REDIS_URL']
  process.env['REDIS_URL'] = server.url
  return async () => {
    if (before === undefined) delete process.env['REDIS_URL']
    else process.env['REDIS_URL'] = before
    await server.remove()
  }
}
