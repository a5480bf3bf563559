import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Unavailable } from '../case.ts'

/**
 * A real Redis of this process's own, which ends with it. What starts it is loaded by its path, as it is nothing that a
 * package publishes.
 */
export const server = async (): Promise<{ readonly url: string }> => {
  const path = join(import.meta.dirname, '..', '..', '..', 'packages', 'redis', 'src', 'fixtures', 'server.ts')
  const { ownServer } = (await import(pathToFileURL(path).href)) as {
    readonly ownServer: () => Promise<{ readonly url: string }>
  }
  try {
    return await ownServer()
  } catch (error) {
    throw new Unavailable((error as Error).message.split('\n')[0])
  }
}
