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

/**
 * A real PostgreSQL that all processes of a run share, and that stops with it. What starts it is loaded by its
 * path, as it is nothing that a package publishes.
 */
export const server = async (): Promise<Server> => {
  const path = join(import.meta.dirname, '..', '..', '..', 'packages', 'pg', 'src', 'fixtures', 'server.ts')
  const { sharedServer } = (await import(pathToFileURL(path).href)) as { readonly sharedServer: () => Promise<Server> }
  try {
    return await sharedServer()
  } catch (error) {
    throw new Unavailable((error as Error).message.split('\n')[0])
  }
}
