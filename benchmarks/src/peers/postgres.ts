import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Unavailable } from '../case.ts'

/** Where the server is. */
interface Address {
  readonly host: string
  readonly user: string
  readonly database: string
}

interface Server {
  readonly address: Address
  leave(): Promise<void>
}

/** A server of its own, to be stopped and started at will. */
interface OwnServer {
  readonly address: Address
  readonly directory: string
  /** @returns what went wrong, in one line */
  start(): Promise<string | undefined>
  stop(): Promise<void>
}

interface Fixtures {
  sharedServer(): Promise<Server>
  ownServer(settings: Readonly<Record<string, string>>): Promise<OwnServer>
}

/** What starts a real PostgreSQL, loaded by its path, as it is nothing that a package publishes. */
const fixtures = async (): Promise<Fixtures> => {
  const path = join(import.meta.dirname, '..', '..', '..', 'packages', 'pg', 'src', 'fixtures', 'server.ts')
  return (await import(pathToFileURL(path).href)) as Fixtures
}

/** A real PostgreSQL that all processes of a run share, and that stops with it. */
export const server = async (): Promise<Server> => {
  const { sharedServer } = await fixtures()
  try {
    return await sharedServer()
  } catch (error) {
    throw new Unavailable((error as Error).message.split('\n')[0])
  }
}

/** A real PostgreSQL of its own, running. @throws Error when there is none on this machine */
export const ownServer = async (settings: Readonly<Record<string, string>>): Promise<OwnServer> =>
  (await fixtures()).ownServer(settings)
