import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Unavailable } from '../case.ts'

/** A Redis of its own, running, to be stopped and started at will. */
export interface OwnRedis {
  readonly port: number
  readonly url: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>
  /** Kills it and removes what it has written. */
  remove(): Promise<void>
}

/** What starts a real Redis, loaded by its path, as it is nothing that a package publishes. */
const fixture = (name: string): Promise<unknown> => {
  const path = join(import.meta.dirname, '..', '..', '..', 'packages', 'redis', 'src', 'fixtures', `${name}.ts`)
  return import(pathToFileURL(path).href) as Promise<unknown>
}

/** A real Redis of this process's own, which ends with it. */
export const server = async (): Promise<{ readonly url: string }> => {
  try {
    return await ownRedis()
  } catch (error) {
    throw new Unavailable((error as Error).message.split('\n')[0])
  }
}

/** @param settings of `redis.conf`, by name. @throws Error when there is none on this machine */
export const ownRedis = async (settings: Readonly<Record<string, string>> = {}): Promise<OwnRedis> => {
  const { ownServer } = (await fixture('server')) as { ownServer(given: typeof settings): Promise<OwnRedis> }
  return ownServer(settings)
}

/** A primary, a replica, and a sentinel that makes the one the other when it is gone; the group is named `group`. */
export const watchedRedis = async (): Promise<{ readonly servers: readonly OwnRedis[]; readonly sentinel: OwnRedis }> =>
  ((await fixture('groups')) as { watched: typeof watchedRedis }).watched()

/** Three primaries that share the keys. @param settings of `redis.conf` for each of them */
export const clusteredRedis = async (settings: Readonly<Record<string, string>>): Promise<readonly OwnRedis[]> =>
  ((await fixture('groups')) as { clustered: typeof clusteredRedis }).clustered(settings)
